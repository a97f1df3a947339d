import type { WebSocket } from 'ws'

/** What a close may take before the connection is cut; a reader that has stopped reading never answers it. */
const CLOSE_MS = 5_000

/** Closes politely, and after 5 s without an answer at all costs: data that nobody reads must not stay in memory. */
export function closeSoon(socket: WebSocket, code?: number, reason?: string): void {
  if (socket.readyState === socket.CLOSED || socket.readyState === socket.CLOSING) return
  socket.close(code, reason)
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS)
  socket.once('close', () => clearTimeout(timer))
}

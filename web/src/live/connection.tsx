import type { JSX } from 'solid-js'
import './connection.css'
import { useSocket } from './live.tsx'
import type { Connection } from './socket.ts'

/** Whether what is shown follows what happens. */
export function ConnectionLight(): JSX.Element {
  const socket = useSocket()
  return (
    <span class={`light light--${socket.connection()}`} role="status" title={HINTS[socket.connection()]}>
      <span class="light__dot" />
      <span>{WORDS[socket.connection()]}</span>
    </span>
  )
}

const WORDS: Readonly<Record<Connection, string>> = {
  resting: 'Connected',
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Reconnecting',
}

const HINTS: Readonly<Record<Connection, string>> = {
  resting: 'Nothing on this page changes by itself.',
  connecting: 'The live connection is being opened.',
  live: 'Changes appear as they happen.',
  lost: 'The connection was lost. It is tried again, and what was missed is loaded then.',
}

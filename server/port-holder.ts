import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Who listens on a TCP port of this machine, in words: "process 4617 (node scripts/start.ts)".
 * Linux tells through /proc, for processes this user may look into; otherwise "another program".
 */
export function portHolder(port: number): { pid: number | undefined; words: string } {
  const pid = listenerPid(port)
  return pid === undefined ? { pid, words: 'another program' } : { pid, words: `process ${pid} (${commandOf(pid)})` }
}

function listenerPid(port: number): number | undefined {
  const sockets = listeningSockets(port)
  if (sockets.size === 0) return undefined
  return numbered('/proc').find((pid) => numbered(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))))
}

/** `socket:[inode]` of every socket that listens on the port, over IPv4 and IPv6. */
function listeningSockets(port: number): Set<string> {
  const LISTEN = '0A'
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return new Set(
    ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => contentOf(file).split('\n').slice(1))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === LISTEN)
      .map((fields) => `socket:[${fields[9]}]`),
  )
}

function commandOf(pid: number): string {
  const words = contentOf(`/proc/${pid}/cmdline`).split('\0').filter(Boolean)
  return words.join(' ').slice(0, 120) || 'unknown'
}

function numbered(folder: string): number[] {
  try {
    return readdirSync(folder).map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

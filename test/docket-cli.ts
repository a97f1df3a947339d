import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** How a command ended. */
export interface Ended {
  code: number | null
  out: string
  err: string
}

/** The command `docket` as a process of its own, in `folder`. */
export function docket(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [resolve(import.meta.dirname, '../cli/docket.cjs'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended: Ended = { code: null, out: '', err: '' }
    child.stdout.on('data', (chunk) => {
      ended.out += chunk
    })
    child.stderr.on('data', (chunk) => {
      ended.err += chunk
    })
    child.once('error', fail)
    child.once('close', (code) => done({ ...ended, code }))
  })
}

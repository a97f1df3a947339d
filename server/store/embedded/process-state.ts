import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../starting.ts'

/** Whether a process with this id does anything; one that ended and was not yet reaped by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
  try {
    // "pid (name) S ...": the name may hold anything, also brackets.
    return !/^\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*(?=\) )/s, ''))
  } catch {
    return true
  }
}

/** The words of a process's command line; empty when it is gone or the system does not tell. */
export function commandLine(pid: number): string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean)
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ')
      .filter(Boolean)
  } catch {
    return []
  }
}

/**
 * Whether a process runs these very programs. It does not when `npm ci` replaced the files under a running database.
 * Only Linux tells; elsewhere the answer is yes.
 */
export function runsFrom(pid: number, binaries: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === realpathSync(join(binaries, 'bin', 'postgres'))
  } catch {
    return true
  }
}

import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The system user PostgreSQL runs as. */
export type Account = { name: string; uid: number; gid: number }

/**
 * PostgreSQL refuses to run as root, so a server started by root runs it as another user that exists already:
 * the owner of the cluster if there is one, else `postgres`, else `nobody`.
 *
 * @param home folder that may hold a cluster
 * @returns undefined when this process is not root: then PostgreSQL runs as the same user
 */
export function accountFor(home: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  const known = readAccounts()
  const owner = ownerOf(join(home, 'cluster'))
  if (owner) return { name: known.find((account) => account.uid === owner.uid)?.name ?? `uid ${owner.uid}`, ...owner }
  return known.find(({ name }) => name === 'postgres') ?? known.find(({ name }) => name === 'nobody') ?? NOBODY
}

/** Options for `spawn` that run a program as the account, with nothing of our environment and in a folder everyone can enter. */
export function runAs(account: Account | undefined): { cwd: string; env: NodeJS.ProcessEnv; uid?: number; gid?: number } {
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  return { cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }, ...identity }
}

/** The uid and gid by which Linux knows a user without rights, where no user database says so. */
const NOBODY: Account = { name: 'nobody', uid: 65_534, gid: 65_534 }

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined
}

function readAccounts(): Account[] {
  try {
    return readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length >= 4)
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
  } catch {
    return []
  }
}

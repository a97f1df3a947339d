import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Progress, StartRefused } from '../starting.ts'
import { runAs } from './account.ts'
import type { Place } from './place.ts'
import { isAlive } from './process-state.ts'

/** The version of PostgreSQL's files that the programs in `optionalDependencies` read. */
const MAJOR_VERSION = '18'

/**
 * Makes the cluster if there is none. It is made in a folder of its own and then renamed, so that a kill at any moment leaves either
 * no cluster or a whole one, and of two simultaneous first starts one wins and the other uses the winner's.
 *
 * @param durable false leaves out writing through to the disk, for a database that is thrown away
 * @throws StartRefused when initdb fails, or the cluster was made by another major version
 */
export async function ensureCluster(place: Place, log: Progress, { durable = true } = {}): Promise<void> {
  if (existsSync(place.cluster)) {
    const version = readFileSync(join(place.cluster, 'PG_VERSION'), 'utf8').trim()
    if (version === MAJOR_VERSION) return
    throw new StartRefused(
      `The database in ${place.cluster} was made by PostgreSQL ${version}, but this Docket brings ${MAJOR_VERSION}. ` +
        `Start the Docket that made it, dump its database with pg_dump, and restore the dump into a new DATA_DIR.`,
    )
  }
  log.info(`Making a PostgreSQL cluster in ${place.home}.`)
  removeLeftDrafts(place.home)
  const draft = join(place.home, `initdb-${process.pid}-${randomUUID()}`)
  try {
    await initdb(place, draft, durable)
    renameSync(draft, place.cluster)
    if (durable) syncFolder(place.home)
  } catch (error) {
    if (!existsSync(place.cluster)) throw error
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * UTF-8 with the collation built into PostgreSQL: text sorts by code point on every machine and under every C library.
 * Trust needs a reason: the server listens on no network address, only on a socket in a folder of mode 0700 that belongs to the user who
 * owns the cluster. Whoever can open it (that user and root) could read the files as well; a password would lie next to them.
 */
function initdb({ binaries, account }: Place, folder: string, durable: boolean): Promise<void> {
  const flags = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums']
  const access = ['--username=postgres', '--auth-local=trust', '--auth-host=reject', '--set=timezone=UTC', '--set=log_timezone=UTC']
  const args = ['-D', folder, ...flags, ...access, '--no-instructions', ...(durable ? [] : ['--no-sync'])]
  return new Promise((resolve, reject) => {
    const child = spawn(join(binaries, 'bin', 'initdb'), args, { ...runAs(account), stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stdout.on('data', (chunk) => (said += chunk))
    child.stderr.on('data', (chunk) => (said += chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve()
      else
        reject(
          new StartRefused(`PostgreSQL could not make its cluster in ${folder} (initdb ended with ${signal ?? code}):\n${said.trim()}`),
        )
    })
  })
}

/** Folders of starts that were killed while initdb ran. */
function removeLeftDrafts(home: string): void {
  for (const name of readdirSync(home)) {
    const pid = /^initdb-(\d+)-/.exec(name)?.[1]
    if (pid && !isAlive(Number(pid))) rmSync(join(home, name), { recursive: true, force: true })
  }
}

/** Makes the rename survive a power failure. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

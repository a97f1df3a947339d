import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { errorCode, type Progress } from '../starting.ts'
import { bringUp } from './bring-up.ts'
import { ensureCluster } from './cluster.ts'
import { removeHolder, takeHold, writeHolder } from './holder.ts'
import { choosePlace, type Place } from './place.ts'
import { readPostmaster, SOCKET_PORT, stopPostmaster } from './postmaster.ts'
import { runsFrom } from './process-state.ts'

export type EmbeddedDatabase = {
  /** For `pg` and `@prisma/adapter-pg`: the database `docket` over the private socket. */
  url: string
  /** Folder where the cluster really lies, DATA_DIR/postgres as a rule. */
  location: string
  /** True when the server process of an earlier, killed Docket was found and is used on. */
  adopted: boolean
  /** Stops PostgreSQL and gives DATA_DIR free. Waits until it is gone, 15 s at most. */
  stop(): Promise<void>
}

export type EmbeddedOptions = {
  /** Absolute path of DATA_DIR. */
  dataDir: string
  log: Progress
  /** Where this server listens, for the sentence a second start on the same folder prints. */
  serving?: { port: number; url: string }
  /** PostgreSQL went away while in use and could not be brought back, or another server took it. Default: logs a warning. */
  onLost?: (error: unknown) => void
}

/**
 * Starts the embedded PostgreSQL of DATA_DIR, or adopts the one that a killed server left running, and takes it for this process alone.
 * While in use it is watched: when it dies, it is started again.
 *
 * @throws StartRefused when another Docket has this DATA_DIR, or PostgreSQL cannot run here
 */
export async function startEmbedded({ dataDir, log, serving, onLost }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const place = choosePlace(dataDir, log)
  await ensureCluster(place, log)
  let held = await hold(place, dataDir, log)
  const { adopted } = held
  if (adopted) log.info('An earlier server left its PostgreSQL running; going on with it.')
  const sockets = readPostmaster(place)?.sockets || place.sockets
  writeHolder(dataDir, {
    pid: process.pid,
    port: serving?.port ?? 0,
    url: serving?.url ?? 'no address',
    startedAt: new Date().toISOString(),
  })

  let stopping = false
  let recovery: Promise<void> | undefined
  const watch = (client: pg.Client) =>
    client.once('end', () => {
      if (!stopping) recovery = recover()
    })
  const recover = async () => {
    log.warn('The embedded PostgreSQL is gone; starting it again.')
    try {
      held = await hold(place, dataDir, log)
      if (!stopping) watch(held.client)
    } catch (error) {
      if (onLost) onLost(error)
      else log.warn(`The embedded PostgreSQL is lost: ${(error as Error).message}`)
    }
  }
  watch(held.client)

  return {
    url: `postgresql://postgres@localhost:${SOCKET_PORT}/${DATABASE}?host=${encodeURIComponent(sockets)}&sslmode=disable`,
    location: place.home,
    adopted,
    async stop() {
      stopping = true
      await recovery
      await stopPostmaster(place, log)
      await held.client.end().catch(() => {})
      removeHolder(dataDir)
    },
  }
}

const DATABASE = 'docket'

/** A connection that has the lock of this cluster, on a server process that runs the programs of this installation. */
async function hold(place: Place, dataDir: string, log: Progress): Promise<{ client: pg.Client; adopted: boolean }> {
  for (;;) {
    const { client, adopted } = await bringUp(place, {}, log)
    try {
      await takeHold(client, dataDir)
      const pid = readPostmaster(place)?.pid
      if (adopted && pid !== undefined && !runsFrom(pid, place.binaries)) {
        log.info('The PostgreSQL left running belongs to another installation; starting it anew.')
        await stopPostmaster(place, log)
        continue
      }
      await ensureDatabase(client)
      return { client, adopted }
    } catch (error) {
      await client.end().catch(() => {})
      // The server before us was shutting PostgreSQL down while we connected: wait for that and start it again.
      if (!/terminated/.test((error as Error).message) && !errorCode(error)?.startsWith('57P')) throw error
      await delay(15)
    }
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
  if (found.rowCount === 0) await client.query(`create database ${DATABASE}`)
}

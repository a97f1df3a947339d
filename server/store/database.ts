import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { type ClockSkew, createClockSkew } from '../clock-skew.ts'
import type { Log } from '../log.ts'
import { type AuditLog, createAuditLog } from './audit-log.ts'
import { PrismaClient } from './generated/prisma/client.ts'
import { openSignal, type Signal } from './signal.ts'
import type { Vault } from './vault.ts'

/** API reads and commands. */
const API_CONNECTIONS = 10
/** The scheduler has its own, so that a busy API never makes a run late. */
const ENGINE_CONNECTIONS = 5
/**
 * The scheduler's statements touch few rows and find each by an index. The planner may think otherwise while its statistics are older than a
 * burst: a claim that sorts the whole backlog, or an outcome that reads the whole table, costs ten times as much.
 */
const BY_INDEX =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off'
/** No statement of ours takes this long; one that does is stuck, and its connection is given up. */
const STATEMENT_TIMEOUT_MS = 10_000

/** What a statement needs: a pool, or one connection inside a transaction. */
export type Sql = pg.Pool | pg.PoolClient

export interface Database {
  /** Reads for the API, and ordinary writes inside store/. */
  prisma: PrismaClient
  /** Commands' own statements. */
  pool: pg.Pool
  /** The scheduler's and the delivery's statements. */
  engine: pg.Pool
  signal: Signal
  /** Whoever reads the database's clock gives it the reading. */
  skew: ClockSkew
  /** Seals and opens the secrets in it. */
  vault: Vault
  /** Null only where it is measured what it costs. */
  audit: AuditLog | null
  close(): Promise<void>
}

/** Opens the pools lazily; fails only at the first statement. `logQueries` makes Prisma emit `query` events (tests assert on them). */
export function openDatabase(
  url: string,
  log: Log,
  { vault, logQueries = false, audit = true }: { vault: Vault; logQueries?: boolean; audit?: boolean },
): Database {
  const pool = openPool(url, API_CONNECTIONS, 'docket api', log)
  const engine = openPool(url, ENGINE_CONNECTIONS, 'docket engine', log, BY_INDEX)
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    log: logQueries ? [{ emit: 'event', level: 'query' }] : [],
  })
  const signal = openSignal(url, log)
  return {
    prisma,
    pool,
    engine,
    signal,
    skew: createClockSkew(log),
    vault,
    audit: audit ? createAuditLog({ pool, vault }) : null,
    async close() {
      await Promise.all([signal.close(), prisma.$disconnect()])
      await Promise.all([pool.end(), engine.end()])
    },
  }
}

function openPool(connectionString: string, max: number, application_name: string, log: Log, options?: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    application_name,
    options,
    // A connection knows the plans of its statements; one that is opened anew for a burst has to make them first.
    idleTimeoutMillis: 0,
    keepAlive: true,
    connectionTimeoutMillis: STATEMENT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 2_000,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  })
  // A connection that breaks while idle: the pool replaces it; without a listener the process would die of it.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ err: error }, 'idle database connection lost')
  })
  return pool
}

/** Runs `work` in one transaction on one connection: commits its result, rolls back and rethrows its error. */
export function transaction<T>(pool: pg.Pool, work: (sql: pg.PoolClient) => Promise<T>): Promise<T> {
  return onConnection(pool, async (client, spoil) => {
    await client.query('begin')
    try {
      const result = await work(client)
      await client.query('commit')
      return result
    } catch (error) {
      // Where even this fails, nobody may get the connection again: its transaction may be open.
      await client.query('rollback').catch(spoil)
      throw error
    }
  })
}

/** Runs `work` on one connection of its own; after `spoil` the connection is thrown away. */
export async function onConnection<T>(pool: pg.Pool, work: (sql: pg.PoolClient, spoil: (error: Error) => void) => Promise<T>): Promise<T> {
  let broken: Error | undefined
  // A connection that breaks between two statements tells nobody else; without a listener the process would die of it.
  const spoil = (error: Error) => {
    broken = error
  }
  const client = await connectTo(pool, spoil)
  try {
    return await work(client, spoil)
  } finally {
    client.off('error', spoil)
    client.release(broken)
  }
}

/** The pool's own promise comes a moment too late: what ends a new connection may stand in the same packet as its greeting. */
const connectTo = (pool: pg.Pool, onError: (error: Error) => void): Promise<pg.PoolClient> =>
  new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error)
      client.on('error', onError)
      resolve(client)
    })
  })

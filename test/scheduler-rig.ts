import type { CommandContext } from '../server/commands/context.ts'
import { SYSTEM } from '../server/domain/actor.ts'
import { type InvocationStatus, isFinal } from '../server/domain/lifecycle.ts'
import { createLog } from '../server/log.ts'
import { createScheduler, type Scheduler, type SchedulerOptions } from '../server/scheduler/scheduler.ts'
import { type Database, openDatabase } from '../server/store/database.ts'
import { ensureDefaultProject } from '../server/store/projects.ts'
import { testDatabase } from './harness.ts'
import { LOOPBACK } from './loopback.ts'
import { type Receiver, startReceiver } from './receiver.ts'
import { testVault } from './vault.ts'

/** A database, a target and whatever schedulers a test wants. */
export interface SchedulerRig extends AsyncDisposable {
  url: string
  db: Database
  ctx: CommandContext
  target: Receiver
  /** Starts one more scheduler with its own pools, as another server would have. It is stopped with the rig unless the test did. */
  schedule(options?: Partial<SchedulerOptions>): Promise<Scheduler>
  row(id: string): Promise<InvocationRow>
  attempts(id: string): Promise<AttemptRow[]>
  /** Types of the events of an invocation, in order. */
  events(id: string): Promise<string[]>
  /** Resolves with the row as soon as `match` holds; looks again at every event. */
  until(id: string, match: (row: InvocationRow) => boolean, timeoutMs?: number): Promise<InvocationRow>
  /** Resolves with what `look` gives as soon as that is not a sentence that says what is missing; looks again at every event. */
  eventually<T extends object>(look: () => Promise<T | string>, timeoutMs?: number): Promise<T>
  /** Resolves when all of them are in a final state. */
  ended(ids: readonly string[], timeoutMs?: number): Promise<InvocationRow[]>
  /** Makes what waits for a later time due now. */
  makeDue(id: string): Promise<void>
  /** As if their leases had run out. */
  lapse(where?: string): Promise<number>
}

export interface InvocationRow {
  id: string
  status: InvocationStatus
  status_reason: string | null
  run_at: Date
  scheduled_for: Date | null
  attempt_count: number
  lease_owner: string | null
  lease_until: Date | null
  started_at: Date | null
  finished_at: Date | null
  response_code: number | null
  error_source: string | null
  error_code: string | null
  error_message: string | null
}

export interface AttemptRow {
  number: number
  started_at: Date
  finished_at: Date
  duration_ms: number
  response_code: number | null
  response_headers: Record<string, string> | null
  response_body: string | null
  truncated: boolean
  error_source: string | null
  error_code: string | null
}

const TIMEOUT_MS = 20_000

/** @param options.prepare is called with the database's address before anything else connects to it */
export async function schedulerRig({ prepare }: { prepare?: (url: string) => Promise<void> } = {}): Promise<SchedulerRig> {
  const database = await testDatabase()
  await prepare?.(database.url)
  const target = await startReceiver()
  const log = createLog('silent')
  const db = openDatabase(database.url, log, { vault: testVault() })
  const ctx: CommandContext = { db, projectId: await ensureDefaultProject(db), actor: SYSTEM, egress: LOOPBACK }
  const open: { scheduler: Scheduler; close(): Promise<void> }[] = []
  const read = async <T extends object>(sql: string, ...values: unknown[]) => (await db.pool.query<T>(sql, values)).rows

  const rig: SchedulerRig = {
    url: database.url,
    db,
    ctx,
    target,
    async schedule(options = {}) {
      const own = openDatabase(database.url, log, { vault: testVault() })
      const scheduler = createScheduler({ db: own, log, egress: LOOPBACK, ...options })
      open.push({ scheduler, close: () => own.close() })
      await scheduler.start()
      return scheduler
    },
    row: async (id) => (await read<InvocationRow>('select * from invocations where id = $1', id))[0]!,
    attempts: (id) => read<AttemptRow>('select * from attempts where invocation_id = $1 order by number', id),
    events: async (id) =>
      (await read<{ type: string }>('select type from events where invocation_id = $1 order by seq', id)).map((e) => e.type),
    until(id, match, timeoutMs = TIMEOUT_MS) {
      return watch(db, timeoutMs, async () => {
        const row = await rig.row(id)
        return match(row) ? row : `${id} is ${JSON.stringify(row)}`
      })
    },
    eventually: (look, timeoutMs = TIMEOUT_MS) => watch(db, timeoutMs, look),
    ended(ids, timeoutMs = TIMEOUT_MS) {
      return watch(db, timeoutMs, async () => {
        const rows = await read<InvocationRow>('select * from invocations where id = any($1)', ids)
        const left = rows.filter((row) => !isFinal(row.status))
        return left.length === 0 ? rows : `${left.length} of ${ids.length} have not ended, such as ${JSON.stringify(left[0])}`
      })
    },
    async makeDue(id) {
      await read(
        `update invocations set run_at = date_trunc('milliseconds', clock_timestamp()), lease_owner = null, lease_until = null where id = $1`,
        id,
      )
      db.signal.emit('due')
    },
    async lapse(where = 'true') {
      const lapsed = await db.pool.query(
        `update invocations set lease_until = clock_timestamp() - interval '1 second' where lease_until is not null and ${where}`,
      )
      db.signal.emit('due')
      return lapsed.rowCount ?? 0
    },
    async [Symbol.asyncDispose]() {
      target.release()
      for (const { scheduler, close } of open) {
        await scheduler.stop({ deadlineMs: 2_000 })
        await close()
      }
      await target.close()
      await db.close()
      await database[Symbol.asyncDispose]()
    },
  }
  return rig
}

/** Looks now and at every event until `look` gives something else than a sentence that says what is missing. */
function watch<T extends object>(db: Database, timeoutMs: number, look: () => Promise<T | string>): Promise<T> {
  return new Promise((resolve, reject) => {
    let missing = 'nothing was read'
    let busy = false
    let again = false
    const end = (finish: () => void) => {
      clearTimeout(timer)
      clearInterval(beat)
      unlisten()
      finish()
    }
    const check = async () => {
      if (busy) {
        again = true
        return
      }
      busy = true
      try {
        const found = await look()
        if (typeof found !== 'string') end(() => resolve(found))
        else missing = found
      } catch (error) {
        end(() => reject(error))
      }
      busy = false
      if (again) {
        again = false
        void check()
      }
    }
    const unlisten = db.signal.on('events', check)
    // A wake-up may be lost by design.
    const beat = setInterval(check, 250)
    const timer = setTimeout(() => end(() => reject(new Error(`Waited ${timeoutMs} ms: ${missing}`))), timeoutMs)
    void check()
  })
}

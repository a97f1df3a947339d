import { createDbClock, monotonic } from '../clock.ts'
import { reading } from '../clock-skew.ts'
import { createDeliver, type Delivered } from '../delivery/deliver.ts'
import { createGuard } from '../delivery/guard.ts'
import type { SmtpSettings } from '../delivery/mail.ts'
import { createSender } from '../delivery/send.ts'
import { createSettler } from '../delivery/settle.ts'
import type { EgressRules } from '../domain/egress.ts'
import { DEFAULT_HEADER_PREFIX } from '../domain/headers.ts'
import { DEFAULT_RETENTION_DAYS, keepAll, type RetentionDays } from '../domain/retention.ts'
import type { Log } from '../log.ts'
import { claim } from '../store/claim.ts'
import type { Database } from '../store/database.ts'
import { type Marked, markRunning, takeDue } from '../store/mark-running.ts'
import { settleOverlap } from '../store/overlap.ts'
import { pauseGone } from '../store/pause-gone.ts'
import { readClock } from '../store/read-clock.ts'
import { releaseClaimed, releaseUnsent } from '../store/release.ts'
import { beat } from '../store/scheduler-beat.ts'
import type { Outcome } from '../store/settle.ts'
import { settleNoted } from '../store/settle-noted.ts'
import { startApprovalClock } from './approval-clock.ts'
import { startBackfiller } from './backfiller.ts'
import { startBulkDriver } from './bulk.ts'
import { type Callbacks, startCallbacks } from './callbacks.ts'
import { createGuarded } from './guarded.ts'
import { startJanitor } from './janitor.ts'
import { createLaneDriver } from './lane-driver.ts'
import { type Loop, startLoop } from './loop.ts'
import { createMaterializer } from './materializer.ts'
import { type Notices, startNotices } from './notices.ts'
import { createReconciler } from './reconciler.ts'
import { createRescue, interrupted } from './rescue.ts'
import { createAfterRuns } from './rolling.ts'
import { createRunner } from './runner.ts'
import { warmUp } from './warm-up.ts'

/** Makes runs of schedules, runs what is due, and takes over what another server left behind. Any number may work on one database. */
export interface Scheduler {
  /** Connects, and makes the plans of the hot statements, so that the first runs do not wait for them; rejects when the database does not answer. */
  open(): Promise<void>
  /** Resolves when it is at work; opens it, unless that was done. Call it once. */
  start(): Promise<void>
  /**
   * Claims nothing more and gives back at once what was not sent. Requests under way may finish within `deadlineMs` (default 30 s); what is
   * not answered by then is aborted and recorded as interrupted. Resolves when every outcome is on record, or `deadlineMs` plus 5 s have passed
   * without a database. Never rejects.
   *
   * @param options.hurry when it aborts, the deadline is now
   */
  stop(options?: { deadlineMs?: number; hurry?: AbortSignal }): Promise<void>
}

export interface SchedulerOptions {
  db: Database
  log: Log
  /** Start of the names of the headers that Docket adds. Default `X-Forte`. */
  headerPrefix?: string
  userAgent?: string
  /** Where requests may go. Default: the public internet. */
  egress?: EgressRules
  /** Address of the receipt of an invocation (UUID) in a version, for callbacks. Default: they name none. */
  receiptUrl?: (invocationId: string, version: number) => string
  /** Where people decide about approvals; mails need it. Default: none. */
  publicUrl?: string
  /** Mail server for notices of approvals. Default: nobody gets mails. */
  smtp?: SmtpSettings | undefined
  /** Requests under way at one time. Default 256. */
  concurrency?: number
  /** Of these to one host. Default 64. */
  perOrigin?: number
  /** How long invocations are kept after their end. Default 90 days. */
  retention?: RetentionDays
}

/** Rows are claimed this much ahead of their instant. */
const CLAIM_AHEAD_MS = 1_000
/** A claim of a server that died lapses after this time. */
const CLAIM_LEASE_MS = 15_000
/** The most rows in one claim. */
const CLAIM_ROWS = 500
/** Without a wake-up: well inside CLAIM_AHEAD_MS, so that a round may fail and still nothing is late. */
const CLAIM_EVERY_MS = 250
const MATERIALIZE_EVERY_MS = 500
/** Intervals are a minute at least, so that a second more shows nowhere. */
const AFTER_RUNS_EVERY_MS = 1_000
const RECONCILE_EVERY_MS = 24 * 3_600_000
/** An occurrence that may not start beside another run is told so within this time of its instant. */
const OVERLAP_EVERY_MS = 250
const BEAT_EVERY_MS = 1_000
/** Wake-ups start rounds no closer together. */
const LEAST_MS = 5
const STOP_DEADLINE_MS = 30_000
/** For writing down what the deadline cut off. */
const STOP_SETTLE_MS = 5_000

export function createScheduler(options: SchedulerOptions): Scheduler {
  const { db, log, headerPrefix = DEFAULT_HEADER_PREFIX, userAgent = 'Docket', egress, concurrency = 256, perOrigin = 64 } = options
  const pool = db.engine
  /** A run of a schedule has ended here: another one of its action may have waited for that. */
  let roomMade = false
  /** Random per process, never a host name: a restarted server is another owner. */
  const owner = crypto.randomUUID()
  // Next times that were worked out while it was ahead may lie too far ahead.
  const clock = createDbClock(monotonic, () => loops.reconcile?.wake())
  const clocks = [clock, db.skew]
  const guard = createGuard({ rules: egress })
  const sender = createSender({ connectionsPerOrigin: perOrigin, guard })
  const delivery = createDeliver({ sender, clock, owner, headerPrefix, userAgent, vault: db.vault })
  const settler = createSettler({
    log,
    write: (outcomes: readonly Outcome[]) => settleNoted(db, outcomes),
    onSettled: (outcomes) => {
      db.signal.emit('events')
      if (outcomes.some(({ callback, status }) => callback && status !== 'RETRYING')) callbacks?.wake()
      if (outcomes.some(({ limited }) => limited)) laneDriver.wake()
      guarded.freed()
      if (!roomMade) return
      roomMade = false
      runner.look()
    },
  })
  const runner = createRunner({
    clock,
    log,
    concurrency,
    perOrigin,
    mark: (rows, aheadMs) => reading(clocks, () => markRunning(pool, rows, { owner, aheadMs })).then((marked) => announce(marked).rows),
    take: (limit, saturated) => reading(clocks, () => takeDue(pool, { owner, limit, saturated })).then(announce),
    unclaim: (rows) =>
      releaseClaimed(pool, owner, rows).catch((error) =>
        log.warn({ err: error }, 'could not give back claimed rows; their lease will run out'),
      ),
    unmark: (rows) =>
      releaseUnsent(pool, owner, rows).then(
        () => {
          laneDriver.unsent(rows)
          laneDriver.wake()
          db.signal.emit('events')
        },
        (error) => log.warn({ err: error, rows: rows.length }, 'could not take back the mark of rows that were not sent'),
      ),
    deliver: delivery.deliver,
    onDelivered: settleDelivered,
  })
  const laneDriver = createLaneDriver({ db, clock, log, owner, places: runner.lanes })
  const guarded = createGuarded({ db, log, owner, places: runner.lanes, onMarked: announce })
  const tell = () => db.signal.emit('events')
  const materializer = createMaterializer({ pool, db, log, onMade: tell })
  const rescue = createRescue({ pool, log, owner, runner, settler, onRescued: () => loops.claim?.wake() })
  const afterRuns = createAfterRuns({ pool, log, onChange: tell })
  const reconciler = createReconciler({ pool, log, onMoved: tell })
  const loops: {
    beat?: Loop
    claim?: Loop
    overlap?: Loop
    materialize?: Loop
    afterRuns?: Loop
    reconcile?: Loop
    rescue?: Loop
    backfill?: Loop
    bulk?: Loop
    approvalClock?: Loop
  } = {}
  let callbacks: Callbacks | undefined
  let notices: Notices | undefined
  let unlisten: (() => void) | undefined
  /** Runs that were given up; what still comes of them is not their outcome any more. */
  const cutOff = new Set<string>()
  let janitor: { stop(): Promise<void> } | undefined

  function announce(marked: Marked): Marked {
    if (marked.rows.length > 0) db.signal.emit('events')
    if (marked.seen > marked.rows.length) {
      laneDriver.wake()
      guarded.wake()
    }
    delivery.prepare(marked.rows)
    return marked
  }

  function settleDelivered({ outcome, run, gone }: Delivered) {
    if (cutOff.has(run.id)) return
    settler.add(outcome)
    laneDriver.saw(run, outcome)
    roomMade ||= run.recurring
    if (!gone || !run.recurring) return
    pauseGone(pool, run.projectId, run.actionId).then(
      () => db.signal.emit('events'),
      (error) =>
        log.warn({ err: error, action: run.actionId }, 'could not pause an action whose target is gone; its next run will try again'),
    )
  }

  async function claimRound(): Promise<number> {
    runner.look()
    const limit = Math.min(runner.room, CLAIM_ROWS)
    if (limit === 0) return CLAIM_EVERY_MS
    const { saturated } = runner
    const rows = await claim(pool, { owner, aheadMs: CLAIM_AHEAD_MS, leaseMs: CLAIM_LEASE_MS, limit, saturated })
    runner.add(rows)
    return rows.length === limit ? 0 : CLAIM_EVERY_MS
  }

  async function overlapRound(): Promise<number> {
    const { ended, abort } = await settleOverlap(pool, owner)
    runner.supersede(abort)
    if (ended > 0) {
      db.signal.emit('events')
      runner.look()
    }
    return OVERLAP_EVERY_MS
  }

  let opened: Promise<void> | undefined
  const open = () => (opened ??= openConnections())

  async function openConnections() {
    await reading(clocks, () => readClock(pool))
    await warmUp(pool, log)
  }

  return {
    open,
    async start() {
      await open()
      const loop = (name: string, round: () => Promise<number>) => startLoop({ name, log, round, leastMs: LEAST_MS })
      loops.beat = loop('saying that a scheduler is at work', () => beat(pool).then(() => BEAT_EVERY_MS))
      // First what is late already.
      loops.claim = loop('claiming due runs', claimRound)
      loops.materialize = loop('making runs of schedules', async () => ((await materializer.round()) ? 0 : MATERIALIZE_EVERY_MS))
      loops.overlap = loop('judging occurrences that overlap', overlapRound)
      loops.afterRuns = loop('going on after runs', async () => ((await afterRuns.round()) ? 0 : AFTER_RUNS_EVERY_MS))
      loops.reconcile = loop('checking next runs', async () => reconciler.round().then(() => RECONCILE_EVERY_MS))
      loops.rescue = loop('taking over abandoned runs', rescue)
      loops.backfill = startBackfiller({ db, log })
      // Filters may look at much: not on the connections that others' runs need.
      loops.bulk = startBulkDriver({ db, log })
      callbacks = startCallbacks({ db, log, clock, guard, owner, headerPrefix, userAgent, receiptUrl: options.receiptUrl ?? (() => null) })
      notices = startNotices({
        db,
        log,
        clock,
        guard,
        userAgent,
        smtp: options.smtp,
        publicUrl: options.publicUrl ?? null,
      })
      loops.approvalClock = startApprovalClock({ db, log })
      laneDriver.start()
      guarded.start()
      unlisten = db.signal.on('due', () => {
        loops.materialize!.wake()
        loops.claim!.wake()
        laneDriver.look()
        guarded.look()
      })
      janitor = startJanitor({ db, log, retention: options.retention ?? keepAll(DEFAULT_RETENTION_DAYS) })
    },

    async stop({ deadlineMs = STOP_DEADLINE_MS, hurry } = {}) {
      unlisten?.()
      const deadline = AbortSignal.any([AbortSignal.timeout(deadlineMs), ...(hurry ? [hurry] : [])])
      reconciler.stop()
      const calledBack = Promise.all([callbacks?.stop(deadline), notices?.stop(deadline)])
      await Promise.all([...Object.values(loops).map((loop) => loop.stop()), laneDriver.halt(), guarded.stop(), janitor?.stop()])
      const { claimed, unsent } = await runner.halt()
      laneDriver.unsent(unsent)
      const released = Promise.all([releaseClaimed(pool, owner, claimed), releaseUnsent(pool, owner, unsent)])
      await released.then(
        () => db.signal.emit('due'),
        (error) => log.warn({ err: error }, 'could not give back what was claimed; its lease will run out'),
      )
      await Promise.race([runner.idle(), aborted(deadline)])
      for (const run of runner.running) {
        cutOff.add(run.id)
        settler.add(interrupted({ ...run, owner, dispatchedAt: run.runAt }, clock.now()))
      }
      if (cutOff.size > 0) log.warn({ requests: cutOff.size }, 'stopped with requests under way; they are recorded as interrupted')
      await sender.close()
      await Promise.race([
        Promise.all([settler.idle(), laneDriver.stop(), calledBack]),
        aborted(deadline).then(() => aborted(AbortSignal.timeout(STOP_SETTLE_MS))),
      ])
      if (settler.pending > 0) log.error({ outcomes: settler.pending }, 'stopping with outcomes that are not on record')
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })

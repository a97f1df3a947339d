import type { DbClock } from '../clock.ts'
import { createCallBack } from '../delivery/callback.ts'
import type { Guard } from '../delivery/guard.ts'
import { splitUrl } from '../delivery/request.ts'
import { createSender } from '../delivery/send.ts'
import { createSettler } from '../delivery/settle.ts'
import type { Log } from '../log.ts'
import { type ClaimedCallback, claimCallbacks } from '../store/callback-claim.ts'
import { type CallbackOutcome, settleCallbacks } from '../store/callback-settle.ts'
import type { Database } from '../store/database.ts'
import { startLoop } from './loop.ts'

/** Sends the callbacks of invocations that have ended. Any number of servers may do so at once. */
export interface Callbacks {
  /** An invocation with a callback has ended here. */
  wake(): void
  /**
   * Claims nothing more. What is under way may finish until the signal aborts and is then recorded as interrupted. Resolves when every
   * outcome is on record, and pends for as long as the database is away.
   */
  stop(deadline: AbortSignal): Promise<void>
}

export interface CallbacksOptions {
  db: Database
  log: Log
  clock: DbClock
  guard: Guard
  owner: string
  headerPrefix: string
  userAgent: string
  /** Address of the receipt of an invocation (UUID) in a version; null where no public address is known. */
  receiptUrl(invocationId: string, version: number): string | null
}

/** Beside the runs and never in their way: with connections of their own, to the database as well. */
const AT_ONCE = 64
/** So that receivers which never answer leave room for others. */
const PER_ORIGIN = 4
/** How late a callback can be of which nobody told: that of a run that was cancelled or missed, and the next attempt of one that failed. */
const LOOK_EVERY_MS = 500
/** Wake-ups start rounds no closer together. */
const LEAST_MS = 10
/** Rows of receivers that are busy have to be passed over, all of them: after a look that found nothing, none for this many times as long. */
const LOOK_PAST_TIMES = 10

export function startCallbacks({ db, log, clock, guard, ...options }: CallbacksOptions): Callbacks {
  const { owner } = options
  const sender = createSender({ connectionsPerOrigin: PER_ORIGIN, guard })
  const callBack = createCallBack({ sender, clock, vault: db.vault, ...options })
  const settler = createSettler({
    log,
    write: (outcomes: readonly CallbackOutcome[]) => settleCallbacks(db, outcomes),
    onSettled(outcomes) {
      for (const { invocationId } of outcomes) held.delete(invocationId)
      db.signal.emit('events')
    },
    onRefused: ({ invocationId }) => held.delete(invocationId),
  })
  /** How to end each one that is under way. */
  const running = new Map<string, () => void>()
  const underWay = new Map<string, number>()
  /** Under way, or not on record yet. */
  const held = new Set<string>()
  const idlers: (() => void)[] = []
  let lookPastAt = 0

  const isFull = () => running.size >= AT_ONCE || [...underWay.values()].some((count) => count >= PER_ORIGIN)

  async function round(): Promise<number> {
    if (running.size >= AT_ONCE) return LOOK_EVERY_MS
    const startedAt = performance.now()
    const looksPast = isFull()
    if (looksPast && startedAt < lookPastAt) return lookPastAt - startedAt
    const limit = AT_ONCE - running.size
    const rows = await claimCallbacks(db.pool, { owner, limit, perOrigin: PER_ORIGIN, underWay, held: [...held] })
    for (const row of rows) send(row)
    if (rows.length > 0) return 0
    if (looksPast) lookPastAt = performance.now() + LOOK_PAST_TIMES * (performance.now() - startedAt)
    return LOOK_EVERY_MS
  }

  function send(callback: ClaimedCallback) {
    const { invocationId, url } = callback
    const { origin } = splitUrl(url)
    const add = (count: number) => underWay.set(origin, (underWay.get(origin) ?? 0) + count)
    const end = () => {
      if (isFull()) loop.wake()
      running.delete(invocationId)
      if (add(-1).get(origin) === 0) underWay.delete(origin)
      if (running.size === 0) for (const resolve of idlers.splice(0)) resolve()
    }
    held.add(invocationId)
    add(1)
    try {
      const giveUp = callBack(callback, (outcome) => {
        settler.add(outcome)
        end()
      })
      running.set(invocationId, giveUp)
    } catch (error) {
      // A defect, or headers that cannot be opened: the attempt stays claimed until its lease runs out, and the next one is made then.
      log.error({ err: error, invocation: invocationId }, 'could not send a callback')
      held.delete(invocationId)
      end()
    }
  }

  const loop = startLoop({ name: 'sending callbacks', log, round, leastMs: LEAST_MS })

  return {
    wake: loop.wake,
    async stop(deadline) {
      await loop.stop()
      if (running.size > 0 && !deadline.aborted) {
        const idle = new Promise<void>((resolve) => idlers.push(resolve))
        await Promise.race([idle, new Promise<void>((resolve) => deadline.addEventListener('abort', () => resolve(), { once: true }))])
      }
      for (const giveUp of [...running.values()]) giveUp()
      await sender.close()
      await settler.idle()
    },
  }
}

import { monotonic } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Signal } from '../store/signal.ts'
import { type Loop, startLoop } from './loop.ts'

export interface OperationDriverOptions<Operation extends { id: string }> {
  /** What the log calls it. */
  name: string
  signal: Signal
  log: Log
  /** Operations that are under way. */
  open(): Promise<readonly Operation[]>
  /** Takes one of them a step further and tells whoever is concerned; gives whether more can be done at once. */
  step(operation: Operation): Promise<boolean>
}

/** How late a new operation begins. */
const IDLE_MS = 500
/** There is room for more when runs have ended, which is heard of; should that get lost, it is seen after this time. */
const BUSY_MS = 250
/** Steps follow each other no closer, so that what others want from the database comes between. */
const LEAST_MS = 20
/** After a step that threw, doubled each time. */
const PAUSE_FIRST_MS = 500
const PAUSE_MOST_MS = 30_000

/**
 * Takes operations that last, such as backfills, further: a step of each in turn. One whose step throws is logged and rests for a while; the
 * others go on. Any number of servers may do so at once.
 */
export function startOperationDriver<Operation extends { id: string }>({
  name,
  signal,
  log,
  open,
  step,
}: OperationDriverOptions<Operation>): Loop {
  let unlisten: (() => void) | undefined
  let stopped = false
  const troubled = new Map<string, { failures: number; until: number }>()

  /** Only while an operation is under way, so that other work wakes nobody here. */
  function listen(busy: boolean) {
    if (busy === (unlisten !== undefined)) return
    unlisten?.()
    unlisten = busy ? signal.on('events', () => loop.wake()) : undefined
  }

  async function stepOf(operation: Operation): Promise<boolean> {
    const before = troubled.get(operation.id)
    if (before && before.until > monotonic()) return false
    try {
      const more = await step(operation)
      troubled.delete(operation.id)
      return more
    } catch (error) {
      const failures = before?.failures ?? 0
      const pause = Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * 2 ** failures)
      troubled.set(operation.id, { failures: failures + 1, until: monotonic() + pause })
      log.warn({ err: error, operation: operation.id, again: pause }, `${name} failed`)
      return false
    }
  }

  async function round(): Promise<number> {
    const operations = await open()
    listen(operations.length > 0)
    const ids = new Set(operations.map(({ id }) => id))
    for (const id of troubled.keys()) if (!ids.has(id)) troubled.delete(id)
    let more = false
    for (const operation of operations) {
      if (stopped) break
      if (await stepOf(operation)) more = true
    }
    if (more) return LEAST_MS
    return operations.length > 0 ? BUSY_MS : IDLE_MS
  }

  const loop = startLoop({ name, log, round, leastMs: LEAST_MS })
  return {
    wake: loop.wake,
    async stop() {
      stopped = true
      await loop.stop()
      unlisten?.()
    },
  }
}

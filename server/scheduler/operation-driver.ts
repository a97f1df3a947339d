import type { Log } from '../log.ts'
import type { Signal } from '../store/signal.ts'
import { type Loop, startLoop } from './loop.ts'

export interface OperationDriverOptions<Operation> {
  /** What the log calls it. */
  name: string
  signal: Signal
  log: Log
  /** Operations that are under way. */
  open(): Promise<readonly Operation[]>
  /** Takes each of them one step further and tells whoever is concerned; gives whether more can be done at once. */
  drive(open: readonly Operation[]): Promise<boolean>
}

/** How late a new operation begins. */
const IDLE_MS = 500
/** There is room for more when runs have ended, which is heard of; should that get lost, it is seen after this time. */
const BUSY_MS = 250
/** Steps follow each other no closer, so that what others want from the database comes between. */
const LEAST_MS = 20

/** Takes operations that last, such as backfills, further step by step. Any number of servers may do so at once. */
export function startOperationDriver<Operation>({ name, signal, log, open, drive }: OperationDriverOptions<Operation>): Loop {
  let unlisten: (() => void) | undefined

  /** Only while an operation is under way, so that other work wakes nobody here. */
  function listen(busy: boolean) {
    if (busy === (unlisten !== undefined)) return
    unlisten?.()
    unlisten = busy ? signal.on('events', () => loop.wake()) : undefined
  }

  async function round(): Promise<number> {
    const operations = await open()
    listen(operations.length > 0)
    if (await drive(operations)) return LEAST_MS
    return operations.length > 0 ? BUSY_MS : IDLE_MS
  }

  const loop = startLoop({ name, log, round, leastMs: LEAST_MS })
  return {
    wake: loop.wake,
    async stop() {
      await loop.stop()
      unlisten?.()
    },
  }
}

import { DocketError } from '../domain/errors.ts'
import { isFinal } from '../domain/lifecycle.ts'
import { parseWait } from '../domain/wait.ts'
import type { Live } from '../live/live.ts'
import type { Database } from '../store/database.ts'
import { headOfLog } from '../store/event-log.ts'
import type { Loaders } from './loaders.ts'

/** Each holds a socket, a place in the live log and an answer half made. */
const WAITING_MAX = 500

/** Who waits, and what ends it early. */
export interface Waiter {
  projectId: string
  /** Aborts when nobody reads the answer any more. */
  gone?: AbortSignal | undefined
  /** Stops the clock of the operation while it waits. */
  pause?: (() => () => void) | undefined
}

/** Where callers wait for the end of the runs that they ask for. */
export interface WaitingRoom {
  /**
   * Does `work`, which gives the UUID of an invocation, and then waits until that is final, or `waitSeconds` are over, or the caller is
   * gone, or the server stops. Gives what `work` gave, at once without `waitSeconds`.
   * @throws DocketError BAD_USER_INPUT on `waitSeconds`; RATE_LIMITED while too many wait. Then nothing was done
   */
  afterwards<T extends { id: string }>(waitSeconds: number | null | undefined, waiter: Waiter, work: () => Promise<T>): Promise<T>
  /** Lets everyone go who waits, for good. */
  close(): void
}

export function createWaitingRoom({ db, live, loaders }: { db: Database; live: Live; loaders: Loaders }, most = WAITING_MAX): WaitingRoom {
  const leaving = new Set<() => void>()
  let taken = 0
  let closed = false

  async function untilFinal(id: string, waitMs: number, { projectId, gone, pause }: Waiter): Promise<void> {
    const end = new AbortController()
    const leave = () => end.abort()
    const timer = setTimeout(leave, waitMs)
    const resume = pause?.()
    leaving.add(leave)
    gone?.addEventListener('abort', leave, { once: true })
    if (gone?.aborted || closed) leave()
    try {
      // The state is read after the place in the log was taken from which changes count, so that the end cannot fall between.
      const after = await headOfLog(db)
      const changes = live.subscribe({ projectId, invocationId: id, after, signal: end.signal })
      const row = await loaders.invocation.load({ id, query: {} })
      if (!row || isFinal(row.status)) return
      for await (const { invocation } of changes) if (isFinal(invocation.status)) return
    } finally {
      leave()
      clearTimeout(timer)
      gone?.removeEventListener('abort', leave)
      leaving.delete(leave)
      resume?.()
    }
  }

  return {
    async afterwards(waitSeconds, waiter, work) {
      const waitMs = parseWait(waitSeconds)
      if (waitMs === 0) return work()
      if (taken >= most) throw full(most)
      taken++
      try {
        const made = await work()
        await untilFinal(made.id, waitMs, waiter)
        return made
      } finally {
        taken--
      }
    },
    close() {
      closed = true
      for (const leave of [...leaving]) leave()
    },
  }
}

const full = (most: number) =>
  new DocketError(
    'RATE_LIMITED',
    `${most} callers wait for the end of a run already; try again, or leave waitSeconds out and watch it.`,
    'waitSeconds',
  )

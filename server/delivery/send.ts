import { type Dispatcher, Pool } from 'undici'
import { monotonic } from '../clock.ts'
import type { OutgoingRequest } from './request.ts'
import { ResponseBody } from './response-body.ts'

/** What came of one request. Instants are `monotonic()` milliseconds. */
export interface SendResult {
  startedAt: number
  finishedAt: number
  response: SentResponse | undefined
  /** Present when there is no complete answer; an answer that was cut short by the deadline or a lost connection counts as none. */
  failure: Error | undefined
  /** Whether the request may have reached the target: its first byte was about to be written. */
  left: boolean
}

export interface SentResponse {
  code: number
  headers: Record<string, string | string[]>
  body: string
  truncated: boolean
}

/** The total deadline of a request has passed. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
  readonly code = 'TIMEOUT'
}

/** A newer run of the action took the place of this one. */
export class SupersededError extends Error {
  override readonly name = 'SupersededError'
  readonly code = 'SUPERSEDED'
}

export interface Sender {
  /**
   * Sends once: follows no redirect, never repeats. `done` is called exactly once, later, and never with an error thrown past it.
   * `timeoutMs` is one deadline for connecting, sending and reading.
   *
   * @returns gives the request up for that reason, if it has no answer yet
   */
  send(request: OutgoingRequest, timeoutMs: number, done: (result: SendResult) => void): (reason: Error) => void
  /** Aborts what is under way and closes all connections. */
  close(): Promise<void>
}

export interface SenderOptions {
  connectionsPerOrigin: number
}

const CONNECT_TIMEOUT_MS = 5_000
/** One timer looks at all deadlines: an attempt ends at most this much late. */
const SWEEP_MS = 100
/** A target that was not called for this long gives up its pool. */
const POOL_IDLE_MS = 60_000

export function createSender({ connectionsPerOrigin }: SenderOptions): Sender {
  const pools = new Map<string, { pool: Pool; usedAt: number }>()
  const exchanges = new Set<Exchange>()

  const sweep = setInterval(() => {
    const now = monotonic()
    for (const exchange of exchanges) if (now >= exchange.deadline) exchange.abort(new DeadlineError('No complete answer in time.'))
    for (const [origin, { pool, usedAt }] of pools) {
      if (now - usedAt < POOL_IDLE_MS || pool.stats.running + pool.stats.pending > 0) continue
      pools.delete(origin)
      pool.close().catch(() => {})
    }
  }, SWEEP_MS)
  sweep.unref()

  function poolOf(origin: string): Pool {
    let entry = pools.get(origin)
    if (!entry) {
      const pool = new Pool(origin, {
        connections: connectionsPerOrigin,
        pipelining: 1,
        connect: { timeout: CONNECT_TIMEOUT_MS },
        // One answer at a time and one deadline over all of it: undici's own timers only know silence.
        allowH2: false,
        headersTimeout: 0,
        bodyTimeout: 0,
      })
      entry = { pool, usedAt: 0 }
      pools.set(origin, entry)
    }
    entry.usedAt = monotonic()
    return entry.pool
  }

  return {
    send(request, timeoutMs, done) {
      const exchange = new Exchange(monotonic() + timeoutMs, (result) => {
        exchanges.delete(exchange)
        done(result)
      })
      exchanges.add(exchange)
      try {
        poolOf(request.origin).dispatch(
          { path: request.path, method: request.method as Dispatcher.HttpMethod, headers: request.headers, body: request.body },
          exchange,
        )
      } catch (error) {
        // Never inside the caller's own turn, so that a caller need not be prepared for it.
        queueMicrotask(() => exchange.onResponseError(null, error as Error))
      }
      return (reason) => exchange.abort(reason)
    },
    async close() {
      clearInterval(sweep)
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()))
      pools.clear()
    },
  }
}

/** One request under way; the callbacks are undici's. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly deadline: number
  readonly #done: (result: SendResult) => void
  readonly #body = new ResponseBody()
  #startedAt = monotonic()
  #left = false
  #ended = false
  #code = 0
  #headers: Record<string, string | string[]> = {}
  #controller: Dispatcher.DispatchController | undefined

  constructor(deadline: number, done: (result: SendResult) => void) {
    this.deadline = deadline
    this.#done = done
  }

  abort(reason: Error) {
    this.#end(reason)
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    if (this.#ended) {
      // It waited for a connection until its deadline; now it must not go out any more.
      controller.abort(new DeadlineError('Given up before a connection was open.'))
      return
    }
    this.#controller = controller
    this.#startedAt = monotonic()
    this.#left = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, code: number, headers: Record<string, string | string[] | undefined>) {
    if (code < 200) return
    this.#code = code
    this.#headers = headers as Record<string, string | string[]>
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer) {
    if (this.#ended || this.#body.add(chunk)) return
    this.#end(undefined)
    controller.abort(new Error('The rest of the answer is not read.'))
  }

  onResponseEnd() {
    this.#end(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error) {
    this.#end(error)
  }

  #end(failure: Error | undefined) {
    if (this.#ended) return
    this.#ended = true
    const body = this.#body
    const response =
      this.#code === 0 ? undefined : { code: this.#code, headers: this.#headers, body: body.text(), truncated: body.truncated }
    this.#done({ startedAt: this.#startedAt, finishedAt: monotonic(), response, failure, left: this.#left })
  }
}

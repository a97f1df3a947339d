import { monotonic } from '../clock.ts'
import type { AttemptPhase, Phases } from '../store/attempt-record.ts'
import { Connections } from './connections.ts'
import { Exchange } from './exchange.ts'
import type { Guard } from './guard.ts'
import type { OutgoingRequest } from './request.ts'

/** What came of one request. Instants are `monotonic()` milliseconds. */
export interface SendResult {
  startedAt: number
  finishedAt: number
  response: SentResponse | undefined
  /** Present when there is no complete answer; one that was cut short by the deadline or a lost connection, or was only a 1xx, counts as none. */
  failure: Error | undefined
  /** Whether the request may have reached the target: its first byte was given to an open connection. */
  left: boolean
  /** The last one may have been cut short. Those before SEND only when this request opened the connection. */
  phases: Phases
  /** Where it broke off; null when an answer came, whatever its status. */
  failedPhase: AttemptPhase | null
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
  guard: Guard
}

/** One timer looks at all deadlines: an attempt ends at most this much late. */
const SWEEP_MS = 100
/** A target that was not called for this long gives up its connections. */
const IDLE_MS = 60_000

/** The one that sends every request of Docket's own, through the guard. */
export function createSender({ connectionsPerOrigin, guard }: SenderOptions): Sender {
  const origins = new Map<string, Connections>()
  const exchanges = new Set<Exchange>()

  const sweep = setInterval(() => {
    const now = monotonic()
    for (const exchange of exchanges) if (now >= exchange.deadline) exchange.abort(new DeadlineError('No complete answer in time.'))
    for (const [key, connections] of origins) {
      if (now - connections.usedAt < IDLE_MS || !connections.quiet) continue
      origins.delete(key)
      void connections.close()
    }
  }, SWEEP_MS)
  sweep.unref()

  /** @throws ConnectError when the rules refuse the address */
  function connectionsTo({ origin, path }: OutgoingRequest): Connections {
    const echo = guard.isEcho(origin, path)
    // Connections that may reach Docket itself carry nothing else.
    const key = echo ? `${origin}/echo` : origin
    let connections = origins.get(key)
    if (!connections) {
      connections = new Connections(origin, { echo, limit: connectionsPerOrigin, guard })
      origins.set(key, connections)
    }
    connections.usedAt = monotonic()
    return connections
  }

  return {
    send(request, timeoutMs, done) {
      let connections: Connections | undefined
      const exchange = new Exchange(request, timeoutMs, (exchange, result, keep) => {
        exchanges.delete(exchange)
        connections?.release(exchange, keep)
        done(result)
      })
      exchanges.add(exchange)
      try {
        connections = connectionsTo(request)
        connections.run(exchange)
      } catch (error) {
        exchange.refuse(error as Error)
      }
      return (reason) => exchange.abort(reason)
    },
    async close() {
      clearInterval(sweep)
      await Promise.all([...origins.values()].map((connections) => connections.close()))
      origins.clear()
    },
  }
}

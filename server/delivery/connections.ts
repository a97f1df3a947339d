import { Client } from 'undici'
import type { ConnectError } from './connect-error.ts'
import type { Exchange } from './exchange.ts'
import type { Guard } from './guard.ts'
import type { Endpoint, Opening } from './opening.ts'

/** Most bytes of response headers. */
const RESPONSE_HEADERS_BYTES = 16 * 1024

/**
 * The connections to one origin: one request at a time on each, kept open between them. Unlike undici's own pool it knows which request
 * waits for which connection, so that each attempt can tell what it waited for.
 */
export class Connections {
  /** `monotonic()` of the last request. */
  usedAt = 0
  readonly #origin: string
  readonly #limit: number
  readonly #guard: Guard
  readonly #to: Endpoint
  readonly #all = new Set<Connection>()
  /** The one that was used last is the least likely to be closed by the other side. */
  readonly #idle: Connection[] = []
  /** Answered in this turn of the event loop. What comes behind the answer, such as the end of the connection, is heard before it is used again. */
  #resting: Connection[] = []
  #closed = false
  readonly #waiting: Exchange[] = []

  /** @throws ConnectError when the rules refuse the origin */
  constructor(origin: string, { echo, limit, guard }: { echo: boolean; limit: number; guard: Guard }) {
    this.#origin = origin
    this.#limit = limit
    this.#guard = guard
    this.#to = guard.admit(origin, echo)
  }

  /** Sends as soon as a connection is free; the exchange tells when it has ended. */
  run(exchange: Exchange) {
    if (this.#closed) return exchange.refuse(new Error('closed'))
    const connection = this.#idle.pop() ?? (this.#mayOpen() ? this.#make() : undefined)
    if (connection) connection.run(exchange)
    else this.#waiting.push(exchange)
  }

  /** Not while one rests for each that waits: it is free sooner than a new one would be open. */
  #mayOpen() {
    return this.#all.size < this.#limit && this.#resting.length <= this.#waiting.length
  }

  /** The exchange has ended. @param keep whether its connection may carry another one */
  release(exchange: Exchange, keep: boolean) {
    const { connection } = exchange
    if (!connection) {
      const place = this.#waiting.indexOf(exchange)
      if (place >= 0) this.#waiting.splice(place, 1)
      return
    }
    connection.exchange = undefined
    if (keep) {
      if (this.#resting.push(connection) === 1) setImmediate(this.#wake)
      return
    }
    this.#all.delete(connection)
    connection.close()
    this.#runNext()
  }

  /** Nothing is under way and nothing waits. */
  get quiet(): boolean {
    return this.#idle.length === this.#all.size && this.#waiting.length === 0
  }

  /** Ends what is under way and what waits. */
  async close(): Promise<void> {
    this.#closed = true
    for (const exchange of this.#waiting.splice(0)) exchange.refuse(new Error('closed'))
    await Promise.all([...this.#all].map((connection) => connection.end()))
  }

  readonly #wake = () => {
    const rested = this.#resting
    this.#resting = []
    this.#idle.push(...rested)
    for (let n = rested.length; n > 0; n--) this.#runNext()
  }

  #runNext() {
    const next = this.#waiting.shift()
    if (next) this.run(next)
  }

  #make(): Connection {
    const connection = new Connection(this.#origin, (done) => this.#guard.open(this.#to, done))
    this.#all.add(connection)
    return connection
  }
}

/** One connection; when it is lost between two requests, the second one opens it again. */
export class Connection {
  exchange: Exchange | undefined
  /** How it came to be open. */
  opening: Opening | undefined
  readonly #client: Client

  constructor(origin: string, open: (done: (error: ConnectError | null, socket: Opening['socket']) => void) => Opening) {
    this.#client = new Client(origin, {
      connect: (_options, done) => {
        this.opening = open((error, socket) => (error ? done(error, null) : done(null, socket!)))
        if (this.exchange) this.exchange.opening = this.opening
      },
      pipelining: 1,
      // One answer at a time and one deadline over all of it: undici's own timers only know silence.
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: RESPONSE_HEADERS_BYTES,
    })
  }

  run(exchange: Exchange) {
    this.exchange = exchange
    exchange.connection = this
    exchange.dispatchOn(this.#client)
  }

  /** Soon: undici may be in the middle of telling that the exchange on it has ended. */
  close() {
    queueMicrotask(() => void this.end())
  }

  async end(): Promise<void> {
    this.opening?.cancel()
    await this.#client.destroy()
  }
}

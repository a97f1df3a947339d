import { connect, isIP, type Socket } from 'node:net'
import { connect as secure, type TLSSocket } from 'node:tls'
import { monotonic } from '../clock.ts'
import type { Destination, EgressRefusal } from '../domain/egress.ts'
import { ConnectError, refused } from './connect-error.ts'
import type { Resolve } from './resolve.ts'

/** Where a connection goes. */
export interface Endpoint extends Destination {
  /** By TLS. */
  secure: boolean
}

export interface OpeningOptions {
  to: Endpoint
  resolve: Resolve
  judge(address: string): EgressRefusal | undefined
  connectTimeoutMs: number
}

/** A name may have a thousand addresses; a target that is well has one of the first. */
const ADDRESSES_TRIED = 4
/** Before the next address is tried beside it. */
const ADDRESS_PATIENCE_MS = 500
const KEEP_ALIVE_PROBE_MS = 60_000

/** One connection on its way, and how long each step of it took: name, connection, TLS. */
export class Opening {
  phase: 'DNS' | 'CONNECT' | 'TLS' = 'DNS'
  /** ms; null for a step that was not begun or does not take place. */
  dnsMs: number | null = null
  connectMs: number | null = null
  tlsMs: number | null = null
  socket: Socket | TLSSocket | undefined
  readonly #options: OpeningOptions
  readonly #done: (error: ConnectError | null, socket: Opening['socket']) => void
  #since = monotonic()
  #ended = false
  #timer: NodeJS.Timeout | undefined
  #stopAsking: (() => void) | undefined

  constructor(options: OpeningOptions, done: (error: ConnectError | null, socket: Opening['socket']) => void) {
    this.#options = options
    this.#done = done
    const { name } = options.to
    if (isIP(name)) this.#dial([name])
    else this.#stopAsking = options.resolve(name, (error, addresses) => this.#resolved(error, addresses))
  }

  /** Gives it up; `done` is not called any more. */
  cancel() {
    if (this.#ended) return
    this.#step()
    this.#stop()
    this.socket?.destroy()
  }

  #resolved(error: ConnectError | null, addresses: readonly string[]) {
    if (this.#ended) return
    this.#step()
    if (error) return this.#fail(error)
    // One bad answer among good ones is an attempt to slip through.
    for (const address of addresses) {
      const refusal = this.#options.judge(address)
      if (refusal) return this.#fail(refused(refusal))
    }
    this.#dial(addresses.slice(0, ADDRESSES_TRIED))
  }

  #dial(addresses: readonly string[]) {
    const { to, connectTimeoutMs } = this.#options
    this.phase = 'CONNECT'
    this.#timer = setTimeout(
      () => this.#fail(new ConnectError('CONNECT_TIMEOUT', this.phase, `not open within ${connectTimeoutMs / 1000} s`)),
      connectTimeoutMs,
    )
    const [only, ...more] = addresses.map((address) => ({ address, family: isIP(address) }))
    const socket = connect({
      port: to.port,
      host: more.length === 0 ? only!.address : to.name,
      // The very addresses that were judged: the name is not asked again.
      lookup: (_name, _options, done) => done(null, [only!, ...more]),
      autoSelectFamily: more.length > 0,
      autoSelectFamilyAttemptTimeout: ADDRESS_PATIENCE_MS,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    })
    this.socket = socket
    socket.once('connect', () => this.#connected(socket))
    socket.on('error', this.#onError)
  }

  #connected(socket: Socket) {
    if (this.#ended) return
    this.#step()
    const refusal = this.#options.judge(socket.remoteAddress ?? '')
    if (refusal) return this.#fail(refused(refusal))
    const { name, secure } = this.#options.to
    if (secure) this.#handshake(socket, name)
    else this.#open(socket)
  }

  #handshake(socket: Socket, name: string) {
    this.phase = 'TLS'
    const tls = secure({
      socket,
      host: name,
      servername: isIP(name) ? '' : name,
      ALPNProtocols: ['http/1.1'],
      // Said aloud, so that no environment variable turns it off.
      rejectUnauthorized: true,
    })
    this.socket = tls
    tls.once('secureConnect', () => {
      if (this.#ended) return
      this.#step()
      this.#open(tls)
    })
    tls.on('error', this.#onError)
  }

  #open(socket: Socket) {
    this.#stop()
    socket.off('error', this.#onError)
    this.#done(null, socket)
  }

  readonly #onError = (error: Error) => {
    const system = codeOf(error)
    if (this.phase === 'TLS') this.#fail(new ConnectError('TLS_ERROR', 'TLS', system))
    else this.#fail(new ConnectError(system === 'ETIMEDOUT' ? 'CONNECT_TIMEOUT' : 'CONNECT_FAILED', 'CONNECT', system))
  }

  #fail(error: ConnectError) {
    if (this.#ended) return
    this.#step()
    this.#stop()
    this.socket?.destroy()
    this.#done(error, undefined)
  }

  /** The present step has ended. */
  #step() {
    const now = monotonic()
    const took = now - this.#since
    this.#since = now
    if (this.phase === 'DNS') this.dnsMs ??= took
    else if (this.phase === 'CONNECT') this.connectMs ??= took
    else this.tlsMs ??= took
  }

  #stop() {
    this.#ended = true
    clearTimeout(this.#timer)
    this.#stopAsking?.()
  }
}

/** Several addresses that all failed come as one AggregateError. */
function codeOf(error: Error): string {
  const [first] = error instanceof AggregateError ? error.errors : []
  return ((first ?? error) as NodeJS.ErrnoException).code ?? error.message
}

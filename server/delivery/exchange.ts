import type { Dispatcher } from 'undici'
import { monotonic } from '../clock.ts'
import type { AttemptPhase, Phases } from '../store/attempt-record.ts'
import { ConnectError } from './connect-error.ts'
import type { Connection } from './connections.ts'
import type { Opening } from './opening.ts'
import type { OutgoingRequest } from './request.ts'
import { ResponseBody } from './response-body.ts'
import type { SendResult } from './send.ts'

/** One request under way; the callbacks are undici's. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** `monotonic()`. */
  readonly deadline: number
  /** The one it was given. */
  connection: Connection | undefined
  /** Of its connection, if that is opened for it. */
  opening: Opening | undefined
  readonly #request: OutgoingRequest
  readonly #ended: (exchange: Exchange, result: SendResult, keep: boolean) => void
  readonly #body = new ResponseBody()
  readonly #startedAt = monotonic()
  /** When the first byte left, the last byte was taken, and the first byte of an answer came; 0 before. */
  #leftAt = 0
  #sentAt = 0
  #answeredAt = 0
  #dispatching = false
  #refused = false
  #over = false
  #code = 0
  #headers: Record<string, string | string[]> = {}
  #controller: Dispatcher.DispatchController | undefined

  /** @param ended is called once; `keep` says that the connection can carry another request */
  constructor(request: OutgoingRequest, timeoutMs: number, ended: (exchange: Exchange, result: SendResult, keep: boolean) => void) {
    this.#request = request
    this.deadline = this.#startedAt + timeoutMs
    this.#ended = ended
  }

  dispatchOn(dispatcher: Dispatcher) {
    const { path, method, headers, body } = this.#request
    this.#dispatching = true
    dispatcher.dispatch({ path, method: method as Dispatcher.HttpMethod, headers, body }, this)
    this.#dispatching = false
  }

  /** It cannot be sent. Never told inside the caller's own turn, so that a caller need not be prepared for it. */
  refuse(error: Error) {
    this.#refused = true
    queueMicrotask(() => this.#end(error))
  }

  abort(reason: Error) {
    this.#end(reason)
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController) {
    if (this.#over) {
      // It waited for a connection until its deadline; now it must not go out any more.
      controller.abort(new Error('Given up before a connection was open.'))
      return
    }
    this.#controller = controller
    this.#leftAt = monotonic()
  }

  onRequestSent() {
    const socket = this.connection?.opening?.socket
    const taken = () => {
      if (this.#sentAt === 0) this.#sentAt = monotonic()
    }
    // What the system did not take at once waits in the socket.
    if (socket?.writableNeedDrain) socket.once('drain', taken)
    else taken()
  }

  onResponseStarted() {
    if (this.#answeredAt > 0) return
    this.#answeredAt = monotonic()
    if (this.#sentAt === 0) this.#sentAt = this.#answeredAt
  }

  onResponseStart(_controller: Dispatcher.DispatchController, code: number, headers: Record<string, string | string[] | undefined>) {
    // A 1xx stands until the final one comes; less is no status.
    if (code >= 100) this.#code = code
    if (code >= 200) this.#headers = headers as Record<string, string | string[]>
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer) {
    if (this.#over || this.#body.add(chunk)) return
    this.#end(undefined, false)
    controller.abort(new Error('The rest of the answer is not read.'))
  }

  onResponseEnd() {
    this.#end(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error) {
    if (this.#dispatching) this.refuse(error)
    else this.#end(error)
  }

  #end(failure: Error | undefined, keep = failure === undefined) {
    if (this.#over) return
    this.#over = true
    if (this.#leftAt === 0) this.opening?.cancel()
    const finishedAt = monotonic()
    const body = this.#body
    const response =
      this.#code === 0 ? undefined : { code: this.#code, headers: this.#headers, body: body.text(), truncated: body.truncated }
    const phases = this.#phases(finishedAt)
    const failedPhase = failure ? this.#phaseOf(failure) : null
    this.#ended(this, { startedAt: this.#startedAt, finishedAt, response, failure, left: this.#leftAt > 0, phases, failedPhase }, keep)
  }

  #phases(now: number): Phases {
    const opening = this.opening
    const sentAt = this.#sentAt || now
    const answeredAt = this.#answeredAt || now
    return [
      opening ? round(opening.dnsMs) : null,
      opening ? round(opening.connectMs) : null,
      opening ? round(opening.tlsMs) : null,
      this.#leftAt ? round(sentAt - this.#leftAt) : null,
      this.#sentAt ? round(answeredAt - sentAt) : null,
      this.#answeredAt ? round(now - answeredAt) : null,
    ]
  }

  #phaseOf(failure: Error): AttemptPhase {
    if (this.#refused) return 'GUARD'
    if (failure instanceof ConnectError) return failure.phase
    if (this.#answeredAt > 0) return 'BODY'
    if (this.#sentAt > 0) return 'WAIT'
    if (this.#leftAt > 0) return 'SEND'
    return this.opening?.phase ?? 'CONNECT'
  }
}

/** To µs: what is behind says nothing and is stored with every attempt. */
function round(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000
}

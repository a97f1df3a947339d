import type { EgressRefusal } from '../domain/egress.ts'
import type { AttemptPhase } from '../store/attempt-record.ts'

type ConnectFailure = EgressRefusal['code'] | 'DNS_FAILED' | 'DNS_TIMEOUT' | 'CONNECT_FAILED' | 'CONNECT_TIMEOUT' | 'TLS_ERROR'

/** Why no connection came to be: nothing of the request has left. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError'
  readonly code: ConnectFailure
  readonly phase: AttemptPhase

  /** @param message what the system said, or the sentence of a refusal */
  constructor(code: ConnectFailure, phase: AttemptPhase, message: string) {
    super(message)
    this.code = code
    this.phase = phase
  }
}

/** The rules say no. */
export const refused = ({ code, message }: EgressRefusal): ConnectError => new ConnectError(code, 'GUARD', message)

import { ConnectError } from './connect-error.ts'
import { UnsendableError } from './unsendable.ts'

/** Why there was no answer. Its source is always DISPATCH: TARGET is kept for an answer that the target gave. */
export interface Failure {
  code:
    | ConnectError['code']
    | UnsendableError['code']
    | 'TIMEOUT'
    | 'SUPERSEDED'
    | 'CONNECTION_LOST'
    | 'PROTOCOL_ERROR'
    | 'HEADERS_OVERFLOW'
  message: string
  /** Trying again would end the same way. */
  final: boolean
}

const PROTOCOL = /^(HPE_|UND_ERR_RES_|UND_ERR_RESPONSE|ERR_ASSERTION)/
/** An answer that nobody asked for: a switch of protocols, or `100 Continue`. */
const UNASKED = /^bad (upgrade|response)$/
const REFUSED_BY_US = /^(UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|UND_ERR_NOT_SUPPORTED|ERR_INVALID_)/

/**
 * Names what a client error means for the caller.
 * @param left whether the first byte was given to an open connection, so that the target may have the request
 */
export function failureOf(error: Error, left: boolean): Failure {
  const failure = (code: Failure['code'], message: string, final = false): Failure => ({ code, message, final })
  if (error instanceof ConnectError) return failure(error.code, sentenceOf(error), error.phase === 'GUARD')
  if (error instanceof UnsendableError) return failure(error.code, error.message, error.final)
  const cause = rootOf(error)
  const system = (cause as NodeJS.ErrnoException).code ?? ''
  if (system === 'TIMEOUT') {
    return failure('TIMEOUT', left ? 'The target did not answer completely in time.' : 'No connection to the target was open in time.')
  }
  if (system === 'SUPERSEDED') {
    return failure('SUPERSEDED', 'A newer run of the action took its place; the target may have acted on the request.', true)
  }
  if (REFUSED_BY_US.test(system)) return failure('INVALID_REQUEST', `The request cannot be sent: ${cause.message}.`, true)
  if (system === 'UND_ERR_HEADERS_OVERFLOW') return failure('HEADERS_OVERFLOW', 'The headers of the answer are larger than 16 KiB.')
  if (PROTOCOL.test(system) || cause.name === 'HTTPParserError' || UNASKED.test(cause.message))
    return failure('PROTOCOL_ERROR', `The answer of the target is not valid HTTP (${system || cause.message}).`)
  if (left) return failure('CONNECTION_LOST', `The connection broke before the answer was complete${system ? ` (${system})` : ''}.`)
  return failure('CONNECT_FAILED', `No connection to the target: ${system || cause.message}.`)
}

function sentenceOf({ code, message }: ConnectError): string {
  switch (code) {
    case 'DNS_FAILED':
      return `The name of the target could not be resolved (${message}).`
    case 'DNS_TIMEOUT':
      return `The name of the target could not be resolved: ${message}.`
    case 'CONNECT_FAILED':
    case 'CONNECT_TIMEOUT':
      return `No connection to the target: ${message}.`
    case 'TLS_ERROR':
      return `The secure connection failed: ${message}.`
    default:
      return message
  }
}

/** undici wraps some errors of Node. */
function rootOf(error: Error): Error {
  const { cause } = error
  return cause instanceof Error && !(error as NodeJS.ErrnoException).code ? rootOf(cause) : error
}

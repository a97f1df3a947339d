/** Why there was no answer. Its source is always DISPATCH: TARGET is kept for an answer that the target gave. */
export interface Failure {
  code: 'TIMEOUT' | 'SUPERSEDED' | 'CONNECT_FAILED' | 'CONNECTION_LOST' | 'DNS_FAILED' | 'TLS_ERROR' | 'PROTOCOL_ERROR' | 'INVALID_REQUEST'
  message: string
  /** Trying again would end the same way. */
  final: boolean
}

const DNS = /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|EBADNAME|ETIMEOUT$)/
const TLS = /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED)/
const PROTOCOL = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE|ERR_ASSERTION)/
const REFUSED_BY_US = /^(UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|UND_ERR_NOT_SUPPORTED|ERR_INVALID_)/

/**
 * Names what a client error means for the caller.
 * @param left whether the first byte was about to be written when it happened, so that the target may have the request
 */
export function failureOf(error: Error, left: boolean): Failure {
  const cause = rootOf(error)
  const system = (cause as NodeJS.ErrnoException).code ?? ''
  const failure = (code: Failure['code'], message: string, final = false): Failure => ({ code, message, final })
  if (system === 'TIMEOUT') {
    return failure('TIMEOUT', left ? 'The target did not answer completely in time.' : 'No connection to the target was open in time.')
  }
  if (system === 'SUPERSEDED') {
    return failure('SUPERSEDED', 'A newer run of the action took its place; the target may have acted on the request.', true)
  }
  if (REFUSED_BY_US.test(system)) return failure('INVALID_REQUEST', `The request cannot be sent: ${cause.message}.`, true)
  if (TLS.test(system)) return failure('TLS_ERROR', `The secure connection failed: ${system}.`)
  if (PROTOCOL.test(system) || cause.name === 'HTTPParserError')
    return failure('PROTOCOL_ERROR', `The answer of the target is not valid HTTP (${system || cause.message}).`)
  if (left) return failure('CONNECTION_LOST', `The connection broke before the answer was complete${system ? ` (${system})` : ''}.`)
  if (DNS.test(system)) return failure('DNS_FAILED', `The name of the target could not be resolved (${system}).`)
  return failure('CONNECT_FAILED', `No connection to the target: ${system || cause.message}.`)
}

/** Several addresses that all refused come as one AggregateError; undici wraps some errors of Node. */
function rootOf(error: Error): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return rootOf(error.errors[0])
  const { cause } = error
  if (cause instanceof Error && !(error as NodeJS.ErrnoException).code) return rootOf(cause)
  return error
}

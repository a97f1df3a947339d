/**
 * What every refused call throws: the server's `code`, its sentence, and the input field it concerns.
 *
 * Three codes come from the SDK itself: `UNREACHABLE` (no answer; `cause` has the network error), `BAD_RESPONSE` (an answer that is
 * not GraphQL, such as a proxy's error page) and `NOT_SUPPORTED` (no WebSocket in this runtime).
 */
export class DocketApiError extends Error {
  override readonly name = 'DocketApiError'
  /** For example `INVALID_CRON`; `INTERNAL` when the server gave none. */
  readonly code: string
  /** Path of the input field, for example `schedule.cronExpression`. */
  readonly field: string | undefined

  constructor(code: string, message: string, field?: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.field = field
  }
}

/** The part of a GraphQL error that carries code and field. */
export type GraphqlFailure = { message: string; extensions?: Readonly<Record<string, unknown>> | null }

/** The first of the errors of an answer, as the one thing a caller can act on. */
export function fromGraphql(failures: readonly GraphqlFailure[]): DocketApiError {
  const [first] = failures
  const { code, field } = first?.extensions ?? {}
  return new DocketApiError(
    typeof code === 'string' ? code : 'INTERNAL',
    first?.message ?? 'The server refused without a reason.',
    typeof field === 'string' ? field : undefined,
    { cause: failures },
  )
}

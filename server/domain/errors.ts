/** The refusals a caller can get. `INTERNAL` is never thrown on purpose. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'INVALID_CRON'
  | 'INVALID_TIMEZONE'
  | 'INVALID_SCHEDULE'
  | 'INVALID_TARGET'
  | 'INVALID_TRANSITION'
  | 'CURSOR_EXPIRED'
  | 'QUOTA_EXCEEDED'
  | 'RATE_LIMITED'
  | 'IDEMPOTENCY_MISMATCH'
  | 'IDEMPOTENCY_IN_FLIGHT'
  | 'APPROVAL_REQUIRED'
  | 'APPROVAL_VOID'
  | 'INVALID_SYNC'
  | 'INVALID_CONDITION'
  | 'INVALID_POLICY'
  | 'LAST_ADMIN'
  | 'SECRET_UNKNOWN'
  | 'HEADER_INVALID'
  | 'HEADER_FORBIDDEN'
  | 'HEADER_DUPLICATE'
  | 'HEADER_TOO_LARGE'
  | 'HEADER_TOO_MANY'
  | 'URL_INVALID'
  | 'URL_SCHEME'
  | 'URL_TOO_LONG'
  | 'URL_USERINFO'
  | 'URL_FRAGMENT'
  | 'TARGET_BLOCKED_ADDRESS'
  | 'TARGET_BLOCKED_NAME'
  | 'TARGET_BLOCKED_PORT'
  | 'INTERNAL'

/**
 * An expected refusal: safe to show to the caller, says what would be right.
 * Everything else that is thrown is a defect and reaches the caller as `INTERNAL` without its text.
 */
export class DocketError extends Error {
  readonly code: ErrorCode
  /** Dotted path of the input that is at fault, e.g. `schedule.cronExpression`. */
  readonly field: string | undefined
  /** Of the mistake in a text of several parts, both from 1. */
  readonly position: { line: number; column: number } | undefined

  constructor(code: ErrorCode, message: string, field?: string, position?: { line: number; column: number }) {
    super(message)
    this.name = 'DocketError'
    this.code = code
    this.field = field
    this.position = position
  }
}

/** The same answer for an unknown id, another project's id and a malformed id, so that none can be told apart. */
export const notFound = (what: string, field?: string): DocketError => new DocketError('NOT_FOUND', `${what} not found.`, field)

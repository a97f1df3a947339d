import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { DocketError } from './errors.ts'

/** What belongs to the caller's target and not to us: there, null is a value. */
const JSON_MEMBERS = new Set(['body', 'headers', 'input'])

/**
 * SHA-256, as hex, of what a request asks for: the operation's name and the request as RFC 8785 canonical JSON. The order of members does
 * not count, and null is the same as absent, except inside `body`, `headers` and `input`.
 * @throws DocketError BAD_USER_INPUT for what canonical JSON cannot hold: half of a surrogate pair, a number that is not finite
 */
export function fingerprintOf(operation: string, request: object): string {
  let text: string | undefined
  try {
    text = canonicalize(withoutNulls(request))
  } catch (error) {
    throw new DocketError('BAD_USER_INPUT', `With an idempotencyKey the request must be valid JSON: ${(error as Error).message}.`)
  }
  return createHash('sha256').update(`${operation}\n${text}`).digest('hex')
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  const given = Object.entries(value).filter(([, member]) => member != null)
  return Object.fromEntries(given.map(([name, member]) => [name, JSON_MEMBERS.has(name) ? member : withoutNulls(member)]))
}

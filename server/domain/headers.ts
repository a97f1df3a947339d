import { DocketError, type ErrorCode } from './errors.ts'

/** HEADER_PREFIX when nothing else is set. */
export const DEFAULT_HEADER_PREFIX = 'X-Forte'

const HEADERS_MAX = 50
const HEADERS_BYTES = 16 * 1024
/** `: ` and the line end, which each header takes on the wire. */
const SEPARATOR_BYTES = 4

const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
const VALUE = /^[\t\x20-\x7e]*$/
const EDGE_BLANKS = /^[\t ]+|[\t ]+$/g

/** Set by the connection, by Docket itself, or believed by receivers who trust their own proxy. */
const FORBIDDEN = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'connection',
  'keep-alive',
  'expect',
  'x-real-ip',
  'idempotency-key',
  'traceparent',
])
const FORBIDDEN_BEGINNINGS = ['proxy-', 'x-forwarded-', 'webhook-']

/**
 * The headers of an action as they are stored and sent: lower-case names, trimmed values. Null for none.
 * `prefix` is HEADER_PREFIX: a name that begins with it, also spelled with `_` for `-`, would forge Docket's own headers.
 * @throws DocketError HEADER_INVALID, HEADER_FORBIDDEN, HEADER_DUPLICATE, HEADER_TOO_MANY, HEADER_TOO_LARGE on `field`
 */
export function parseHeaders(input: unknown, prefix = DEFAULT_HEADER_PREFIX, field = 'headers'): Record<string, string> | null {
  if (input == null) return null
  const refuse = (code: ErrorCode, sentence: string) => new DocketError(code, sentence, field)
  if (typeof input !== 'object' || Array.isArray(input)) {
    throw refuse('HEADER_INVALID', 'headers must be an object of names and values, such as { "accept": "application/json" }.')
  }
  const entries = Object.entries(input)
  if (entries.length > HEADERS_MAX) throw refuse('HEADER_TOO_MANY', `At most ${HEADERS_MAX} headers are allowed.`)
  const headers = new Map<string, string>()
  let bytes = 0
  for (const [given, raw] of entries) {
    const name = given.toLowerCase()
    // `__proto__` is a legal name, but a trap for every object it is copied into.
    if (!TOKEN.test(name) || name === '__proto__') throw refuse('HEADER_INVALID', `${JSON.stringify(given)} is not the name of a header.`)
    if (isForbidden(name, prefix))
      throw refuse('HEADER_FORBIDDEN', `The header ${name} is set by Docket or the connection and must be left out.`)
    if (headers.has(name)) throw refuse('HEADER_DUPLICATE', `The header ${name} is given twice; names do not differ by case.`)
    if (typeof raw !== 'string' && typeof raw !== 'boolean' && !Number.isFinite(raw)) {
      throw refuse('HEADER_INVALID', `The value of the header ${name} must be a text, a number or a boolean.`)
    }
    const value = String(raw)
    if (!VALUE.test(value)) throw refuse('HEADER_INVALID', `The value of the header ${name} must be printable ASCII on one line.`)
    headers.set(name, value.replace(EDGE_BLANKS, ''))
    bytes += name.length + headers.get(name)!.length + SEPARATOR_BYTES
  }
  if (bytes > HEADERS_BYTES) throw refuse('HEADER_TOO_LARGE', 'All headers together must not exceed 16 KiB.')
  return headers.size === 0 ? null : Object.fromEntries(headers)
}

/** What is wrong with headers whose values were filled in after they had been parsed; undefined for nothing. Never repeats a value. */
export function checkHeaderValues(headers: Readonly<Record<string, string>>): string | undefined {
  let bytes = 0
  for (const [name, value] of Object.entries(headers)) {
    if (!VALUE.test(value)) return `the value of the header ${name} is not printable ASCII on one line.`
    bytes += name.length + value.length + SEPARATOR_BYTES
  }
  return bytes > HEADERS_BYTES ? 'its headers together exceed 16 KiB.' : undefined
}

/** A header's name as receivers behind CGI, WSGI or PHP see it: they cannot tell `_`, `.` and other marks from `-`. */
export const foldedName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '-')

function isForbidden(name: string, prefix: string): boolean {
  const folded = foldedName(name)
  return (
    FORBIDDEN.has(folded) || folded.startsWith(foldedName(prefix)) || FORBIDDEN_BEGINNINGS.some((beginning) => folded.startsWith(beginning))
  )
}

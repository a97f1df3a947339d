import { DocketError } from './errors.ts'
import { isStorable } from './text.ts'

export const BODY_BYTES = 256 * 1024
/** Deeper JSON is an attack or a mistake, and many parsers at the other end overflow on it. */
const JSON_DEPTH = 100

/**
 * The exact text that every attempt sends, made once when it is saved: a string as it is, anything else as JSON.
 * Null for null and undefined (no body).
 * @throws DocketError BAD_USER_INPUT on `field`: over 256 KiB as UTF-8, nested deeper than 100, NUL or broken Unicode inside, not JSON
 */
export function parseBody(value: unknown, field = 'body'): string | null {
  if (value == null) return null
  checkJson(value, field, 0)
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  // A UTF-16 unit takes at most 3 bytes, so short texts need no counting.
  if (text.length * 3 > BODY_BYTES && Buffer.byteLength(text) > BODY_BYTES) {
    throw new DocketError('BAD_USER_INPUT', `${field} must be at most 256 KiB as UTF-8.`, field)
  }
  return text
}

function checkJson(value: unknown, field: string, depth: number): void {
  if (depth > JSON_DEPTH) throw new DocketError('BAD_USER_INPUT', `${field} must not be nested deeper than ${JSON_DEPTH} levels.`, field)
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return
  if (typeof value === 'string') checkString(value, field)
  else if (Array.isArray(value)) for (const item of value) checkJson(item, field, depth + 1)
  else if (typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      checkString(name, field)
      if (item !== undefined) checkJson(item, field, depth + 1)
    }
  } else throw new DocketError('BAD_USER_INPUT', `${field} must be JSON: no ${typeof value} and no infinite number.`, field)
}

function checkString(text: string, field: string): void {
  if (!isStorable(text)) throw new DocketError('BAD_USER_INPUT', `${field} must hold valid Unicode without the character NUL.`, field)
}

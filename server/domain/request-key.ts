import { DocketError } from './errors.ts'

const KEY_CHARACTERS = 255
/** Nothing that has no shape of its own: control and format characters, separators of lines, halves of surrogate pairs. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u

/**
 * A key that a caller made up to know a request by: 1 to 255 printable characters (code points), not only spaces; kept exactly as it is.
 * @throws DocketError BAD_USER_INPUT on `field`
 */
export function parseRequestKey(value: unknown, field: string): string {
  const fits = typeof value === 'string' && value.length <= 2 * KEY_CHARACTERS && [...value].length <= KEY_CHARACTERS
  // A key of spaces is one that somebody forgot to fill in, and all their requests would be one.
  if (!fits || value.trim() === '' || !PRINTABLE.test(value)) {
    throw new DocketError('BAD_USER_INPUT', `${field} must have 1 to ${KEY_CHARACTERS} printable characters.`, field)
  }
  return value
}

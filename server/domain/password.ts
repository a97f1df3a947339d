import { DocketError } from './errors.ts'

const PASSWORD_MIN = 12
/** More would only make the work of hashing it an attack. */
const PASSWORD_MAX = 200

/**
 * A new password, in the one form that Unicode has for it, so that another keyboard types the same.
 * @throws DocketError BAD_USER_INPUT on `field`
 */
export function parsePassword(value: unknown, field = 'password'): string {
  const text = readPassword(value)
  if (text === undefined || [...text].length < PASSWORD_MIN) {
    throw new DocketError('BAD_USER_INPUT', `${field} must have ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.`, field)
  }
  return text
}

/** What someone typed as his password, whatever its length may be today; undefined for what can be none. */
export function readPassword(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 4 * PASSWORD_MAX || !value.isWellFormed()) return undefined
  const text = value.normalize('NFKC')
  return text === '' || [...text].length > PASSWORD_MAX ? undefined : text
}

import { DocketError } from './errors.ts'

const EMAIL_CHARACTERS = 254
/** ASCII only, so that lower case means the same everywhere and no letter looks like another one. Nothing that means something in a mail header. */
const EMAIL = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/

/** An e-mail address as it is stored and compared: trimmed and in lower case. Undefined for what is none. */
export function readEmail(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim().toLowerCase()
  return text.length <= EMAIL_CHARACTERS && EMAIL.test(text) ? text : undefined
}

/** As `readEmail`. @throws DocketError BAD_USER_INPUT on `field` */
export function parseEmail(value: unknown, field = 'email'): string {
  const email = readEmail(value)
  if (email === undefined) {
    throw new DocketError('BAD_USER_INPUT', `${field} must be an address such as ana@example.com, in ASCII.`, field)
  }
  return email
}

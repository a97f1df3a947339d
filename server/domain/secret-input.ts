import { DocketError } from './errors.ts'

const NAME = /^[A-Za-z0-9_]{1,64}$/
/** What a header can carry on one line. */
const VALUE = /^[\x20-\x7e]+$/
const VALUE_CHARACTERS = 8 * 1024

/**
 * What headers name as `{{secret.NAME}}`.
 * @throws DocketError BAD_USER_INPUT on `name`
 */
export function parseSecretName(name: string): string {
  if (NAME.test(name)) return name
  throw new DocketError('BAD_USER_INPUT', 'The name of a secret has 1 to 64 letters, digits and _, such as API_KEY.', 'name')
}

/**
 * The value as it was given: blanks at its ends may be part of it. The refusal does not repeat it.
 * @throws DocketError BAD_USER_INPUT on `value`
 */
export function parseSecretValue(value: string): string {
  if (value.length <= VALUE_CHARACTERS && VALUE.test(value)) return value
  throw new DocketError('BAD_USER_INPUT', 'The value of a secret has 1 to 8,192 printable ASCII characters on one line.', 'value')
}

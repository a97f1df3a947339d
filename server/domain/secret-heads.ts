import { formsIn, indexForms } from './hide-forms.ts'
import { SECRET_CHARACTERS } from './mask.ts'
import { secretForms } from './secret-forms.ts'

/** The beginnings of secrets in all spellings. */
export interface SecretHeads {
  /** The secrets that the text may hold. `cut`: it is the beginning of a longer one. */
  in(text: string, cut: boolean): Set<string>
}

/** As many characters say well enough which secrets a text may hold. */
const HEAD_CHARACTERS = 8

/** Spells only the beginnings of `secrets`, so that long ones cost little while they are not found. */
export function createSecretHeads(secrets: readonly string[]): SecretHeads {
  const owners = new Map<string, string[]>()
  for (const secret of secrets) {
    for (const form of secretForms([headOf(secret)])) {
      const list = owners.get(form)
      if (list) list.push(secret)
      else owners.set(form, [secret])
    }
  }
  const index = indexForms(owners.keys())
  return { in: (text, cut) => new Set([...formsIn(text, index, cut)].flatMap((form) => owners.get(form)!)) }
}

/**
 * Whether the text certainly holds no spelling of the secret, told without spelling it: letters and digits are the same in each but base64,
 * which is one run of its alphabet.
 */
export function isAbsent(secret: string, text: string): boolean {
  if (text.length < secret.length) return true
  const anchor = secret.match(LETTERS)?.reduce((a, b) => (b.length > a.length ? b : a)) ?? ''
  return anchor.length >= SECRET_CHARACTERS && !text.includes(anchor) && !hasRun(text, secret.length)
}

const LETTERS = /\w+/g

/** No base64 of a text, wherever it stands in what was encoded, is shorter than the text. */
function hasRun(text: string, length: number): boolean {
  let run = 0
  for (let at = 0; at < text.length; at++) {
    run = IN_RUN[text.charCodeAt(at)] === 1 ? run + 1 : 0
    if (run === length) return true
  }
  return false
}

const IN_RUN = Uint8Array.from({ length: 128 }, (_, code) => (/[\w+/-]/.test(String.fromCharCode(code)) ? 1 : 0))

/** Not in the middle of a character. */
const headOf = (secret: string): string =>
  secret.slice(0, /[\ud800-\udbff]/.test(secret[HEAD_CHARACTERS - 1] ?? '') ? HEAD_CHARACTERS + 1 : HEAD_CHARACTERS)

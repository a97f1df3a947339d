import { MASK, SECRET_CHARACTERS } from '../domain/mask.ts'
import { hideForms, secretForms } from '../domain/secret-forms.ts'
import type { SentResponse } from './send.ts'

/** Takes the secrets of a request out of what comes back, before it goes on record. */
export interface Redact {
  /** `cut`: the text is the beginning of a longer one. */
  text(text: string, cut?: boolean): string
  /** `cut`: it is not the whole answer, so it may end in the middle of a secret. */
  response(response: SentResponse, cut: boolean): SentResponse
}

export const NOTHING_TO_HIDE: Redact = { text: (text) => text, response: (response) => response }

/** Texts of fewer than 4 characters are not looked for: they stand in any answer by chance. */
export function createRedact(secrets: readonly string[]): Redact {
  const looked = [...new Set(secrets)].filter(({ length }) => length >= SECRET_CHARACTERS)
  if (looked.length === 0) return NOTHING_TO_HIDE
  // No spelling of a text is shorter than itself.
  const shortest = Math.min(...looked.map(({ length }) => length))
  let known: string[] | undefined
  const forms = () => {
    known ??= secretForms(looked)
    return known
  }
  const text = (given: string, cut = false) =>
    given.length < (cut ? SECRET_CHARACTERS : shortest) ? given : hideForms(given, forms(), cut)
  // Names come in lower case, whatever they were.
  const name = (given: string) => (given.length >= shortest && forms().some((form) => given.includes(form.toLowerCase())) ? MASK : given)
  const value = (given: string | string[]) => (Array.isArray(given) ? given.map((one) => text(one)) : text(given))
  return {
    text,
    response: ({ headers, body, ...rest }, cut) => ({
      ...rest,
      headers: Object.fromEntries(Object.entries(headers).map((header) => [name(header[0]), value(header[1])])),
      body: text(body, cut),
    }),
  }
}

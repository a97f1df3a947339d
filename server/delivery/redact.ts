import { type FormIndex, formsIn, hideForms, indexForms } from '../domain/hide-forms.ts'
import { MASK, SECRET_CHARACTERS } from '../domain/mask.ts'
import { secretForms } from '../domain/secret-forms.ts'
import { createSecretHeads, isAbsent, type SecretHeads } from '../domain/secret-heads.ts'
import type { SentResponse } from './send.ts'

/** Takes the secrets of a request out of what comes back, before it goes on record. */
export interface Redact {
  /** `cut`: the text is the beginning of a longer one. */
  text(text: string, cut?: boolean): string
  /** `cut`: it is not the whole answer, so it may end in the middle of a secret. */
  response(response: SentResponse, cut: boolean): SentResponse
}

export const NOTHING_TO_HIDE: Redact = { text: (text) => text, response: (response) => response }

/**
 * Texts of fewer than 4 characters are not looked for: they stand in any answer by chance.
 * @param secrets is asked once there is a text that could hold one, for most answers never
 * @param shortest gives a length that none of them is below. Default 4
 */
export function createRedact(secrets: () => readonly string[], shortest: () => number = () => SECRET_CHARACTERS): Redact {
  let known: Look | undefined
  let least: number | undefined
  const holdsNone = ({ length }: string) => {
    least ??= shortest()
    return length < least
  }
  const text = (given: string, cut = false) => {
    if (cut ? given.length < SECRET_CHARACTERS : holdsNone(given)) return given
    known ??= createLook(secrets())
    return known.hide(given, cut)
  }
  // Names come in lower case, whatever they were.
  const name = (given: string) => {
    if (holdsNone(given)) return given
    known ??= createLook(secrets())
    return known.inName(given) ? MASK : given
  }
  const value = (given: string | string[]) => (Array.isArray(given) ? given.map((one) => text(one)) : text(given))
  return {
    text,
    response(response, cut) {
      const body = text(response.body, cut)
      let headers: SentResponse['headers'] | undefined
      for (const header in response.headers) {
        const given = response.headers[header]!
        if (isHarmless(header, given)) continue
        const [shownName, shown] = [name(header), value(given)]
        if (shownName === header && isSame(shown, given)) continue
        headers = replaced(headers ?? response.headers, header, shownName, shown)
      }
      return headers || body !== response.body ? { ...response, headers: headers ?? response.headers, body } : response
    },
  }
}

/** Values that servers write by themselves, of the form they have then. */
const HARMLESS: Readonly<Record<string, RegExp>> = {
  connection: /^(?:keep-alive|close)$/i,
  'content-length': /^\d{1,7}$/,
  'content-type': /^(?:application\/json|text\/(?:plain|html))(?:; ?charset=utf-8)?$/i,
  date: /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/,
  'keep-alive': /^timeout=\d{1,5}(?:, max=\d{1,5})?$/,
  'transfer-encoding': /^chunked$/i,
  vary: /^(?:\*|origin|accept-encoding)$/i,
}

const isHarmless = (name: string, value: string | string[]): boolean =>
  typeof value === 'string' && Object.hasOwn(HARMLESS, name) && HARMLESS[name]!.test(value)

const isSame = (a: string | string[], b: string | string[]): boolean =>
  Array.isArray(a) ? a.every((one, index) => one === b[index]) : a === b

/** In the place of the header before. */
const replaced = (headers: SentResponse['headers'], header: string, name: string, value: string | string[]) =>
  Object.fromEntries(Object.entries(headers).map((entry) => (entry[0] === header ? [name, value] : entry)))

/** Longer texts are searched in one pass, whatever the number of secrets. */
const SHORT_TEXT = 1024

interface Look {
  hide(text: string, cut: boolean): string
  inName(name: string): boolean
}

/** Most texts hold no secret: only of those whose beginning is found are all spellings worked out, and no beginnings for most short texts. */
function createLook(secrets: readonly string[]): Look {
  const looked = [...new Set(secrets)].filter(({ length }) => length >= SECRET_CHARACTERS)
  if (looked.length === 0) return { hide: (text) => text, inName: () => false }
  // No spelling of a text is shorter than itself.
  const shortest = Math.min(...looked.map(({ length }) => length))
  let heads: SecretHeads | undefined
  let lower: FormIndex | undefined
  return {
    hide(text, cut) {
      if (!cut && (text.length < shortest || (text.length <= SHORT_TEXT && looked.every((secret) => isAbsent(secret, text))))) return text
      heads ??= createSecretHeads(looked)
      const suspects = heads.in(text, cut)
      return suspects.size === 0 ? text : hideForms(text, indexForms(secretForms(suspects)), cut)
    },
    inName(name) {
      if (name.length < shortest) return false
      const lowered = looked.map((secret) => secret.toLowerCase())
      if (lowered.every((secret) => isAbsent(secret, name))) return false
      lower ??= indexForms(secretForms(looked).map((form) => form.toLowerCase()))
      return formsIn(name, lower, false).size > 0
    },
  }
}

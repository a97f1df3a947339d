import { SECRET_CHARACTERS } from './mask.ts'

/**
 * The spellings of secret texts that a target may repeat: as they are, inside JSON, HTML, a URL or a form, and in base64 at any place of what
 * was encoded. Those of the beginning of a text are beginnings of those of the text.
 */
export function secretForms(secrets: Iterable<string>): string[] {
  const forms = new Set<string>()
  for (const given of secrets) {
    const secret = given.toWellFormed()
    forms.add(secret)
    for (const bytes of shifted(secret)) forms.add(bytes).add(bytes.replaceAll('+', '-').replaceAll('/', '_'))
    // Letters and digits are the same everywhere.
    if (PLAIN.test(secret)) continue
    const json = inJson(secret)
    for (const form of [json, json.replaceAll('/', '\\/'), inJson(json), json.replace(/[<>&]/g, unicode), cautious(secret)]) forms.add(form)
    for (const form of [encodeURI(secret), encodeURIComponent(secret), inForm(secret), percentAll(secret)]) {
      forms.add(form).add(form.replace(/%../g, (code) => code.toLowerCase()))
    }
    forms.add(inHtml(secret, '&#39;')).add(inHtml(secret, '&#x27;')).add(inHtml(secret, "'"))
  }
  return [...forms].filter(({ length }) => length >= SECRET_CHARACTERS)
}

const PLAIN = /^\w*$/

/** Base64 packs three bytes into four characters, so what stands before a text shifts it. Characters that hold bits of a neighbour are left out. */
function shifted(text: string): string[] {
  const bytes = Buffer.from(text)
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
  })
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)

/** As .NET writes it. */
const cautious = (text: string): string =>
  text.replaceAll('\\', '\\\\').replace(/["<>&'+`]/g, (c) => unicode(c).toUpperCase().replace('U', 'u'))

const inForm = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

const percentAll = (text: string): string => encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${hexOf(c).toUpperCase()}`)

const unicode = (character: string): string => `\\u00${hexOf(character)}`

const hexOf = (character: string): string => character.charCodeAt(0).toString(16).padStart(2, '0')

const inHtml = (text: string, apostrophe: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", apostrophe)

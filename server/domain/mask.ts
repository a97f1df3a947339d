/** Stands where a value is not shown. */
export const MASK = '••••'

/** The only headers whose values are shown: they describe the message and hold no secrets. */
const SHOWN_HEADERS = new Set(
  (
    'accept accept-language cache-control content-encoding content-language content-length content-type date etag expires last-modified ' +
    'retry-after server user-agent vary webhook-id webhook-timestamp x-request-id traceparent'
  ).split(' '),
)
/**
 * Names that tell of a secret, in headers, query strings and bodies alike; stronger than the list above. Where a word stands inside another one
 * it counts, too (`apikey`, `oauth`), but not in the few that mean something else: to mask too much is the lesser fault.
 */
const SECRET_WORDS =
  'cookie|signature|token|secret|session|password|csrf|auth(?!or(?!i[sz]))|' +
  'key(?<!(?<![a-z])(?:mon|don|tur|hoc|joc|whis)key)(?!board|word|note|stone|frame|stroke)'
const SECRET_NAME = new RegExp(SECRET_WORDS, 'i')
/** Secrets by their looks, under whatever name: JWTs and the keys of Stripe, GitHub and AWS. */
const SECRET_VALUE =
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*|\b(?:sk|rk)_(?:live|test)_\w{8,}|\bsk_\w{16,}|\bgh[pousr]_\w{16,}|\bAKIA[0-9A-Z]{12,}/g
/** Shorter values stand in ordinary text by chance. */
const ECHO_CHARACTERS = 8
/** The same for what is certainly meant to be secret. */
export const SECRET_CHARACTERS = 4
/** Nothing below this depth is looked into, so none of it is shown. */
const DEPTH_SHOWN = 100
/** The most that are taken from one header, URL or body: each one costs time with every answer. */
const PARTS_KEPT = 32

/** Headers as they may be shown: values outside the allow-list become `••••`. */
export function maskHeaders(headers: Readonly<Record<string, string | string[]>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isShownHeader(name) ? maskAll(value) : MASK]))
}

/**
 * The secret parts of headers, for `maskText`: a target may repeat them in its answer. Of a header whose name tells of a secret, the pieces
 * count as well as the whole, the 32 longest. Longest first.
 */
export function secretsOf(headers: Readonly<Record<string, string | string[]>> | null | undefined): string[] {
  const secrets = new Set<string>()
  for (const name in headers) {
    const values = headers[name]!
    if (isShownHeader(name)) continue
    if (typeof values === 'string') collect(secrets, name, values)
    else for (const value of values) collect(secrets, name, value)
  }
  return [...secrets].sort(longestFirst)
}

function collect(secrets: Set<string>, name: string, value: string): void {
  const told = SECRET_NAME.test(name)
  const least = told ? SECRET_CHARACTERS : ECHO_CHARACTERS
  if (value.length < least) return
  secrets.add(value)
  // One word is a whole by itself.
  const whole = /\s/.test(value) ? [value.replace(/^\S+\s+/, ''), ...basicCredentials(value)] : []
  for (const secret of told ? [...whole, ...partsOf(value)] : whole) if (secret.length >= least) secrets.add(secret)
}

/** What `maskUrl` hides of a URL, as it stands there and decoded: the first 32 texts of at least 4 characters. Longest first. */
export function secretsOfUrl(url: string): string[] {
  const found = new Found()
  found.inUrl(url)
  return found.texts()
}

/** What `maskBody` hides of a body: as for a URL. */
export function secretsOfBody(body: string | null): string[] {
  const found = new Found()
  if (body !== null) found.inBody(body)
  return found.texts()
}

/** No text that looks like a secret is shorter. */
const LOOKS_CHARACTERS = 16

/** A length that none of the secrets of a request is below: what is shorter holds none of them. Much cheaper than to name them. */
export function shortestSecret(headers: Readonly<Record<string, string>> | null, url: string, body: string | null): number {
  if (mayName(url) || (body !== null && mayName(body))) return SECRET_CHARACTERS
  let least = LOOKS_CHARACTERS
  for (const name in headers) {
    if (isShownHeader(name)) continue
    if (SECRET_NAME.test(name)) return SECRET_CHARACTERS
    const value = headers[name]!
    if (value.length >= ECHO_CHARACTERS) least = Math.min(least, /\s/.test(value) ? ECHO_CHARACTERS : value.length)
  }
  return least
}

const longestFirst = (a: string, b: string): number => b.length - a.length

const partsOf = (value: string): string[] =>
  value
    .split(/[\s;,=]+/)
    .filter(({ length }) => length >= ECHO_CHARACTERS)
    .sort(longestFirst)
    .slice(0, PARTS_KEPT)

/** A target that decodes them may show them so. */
function basicCredentials(value: string): string[] {
  const [, encoded] = /^basic\s+([A-Za-z0-9+/]+=*)$/i.exec(value) ?? []
  if (encoded === undefined) return []
  const decoded = Buffer.from(encoded, 'base64').toString()
  return [decoded, decoded.slice(decoded.indexOf(':') + 1)]
}

/** Plain text as it may be shown: `secrets` (from `secretsOf`) and whatever looks like one are masked. */
export function maskText(text: string, secrets: readonly string[] = []): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text).replace(SECRET_VALUE, MASK)
}

/** A URL as it may be shown: query values are masked by name and by looks. */
export function maskUrl(url: string, secrets: readonly string[] = []): string {
  const query = url.indexOf('?')
  return query < 0 ? maskText(url, secrets) : `${maskText(url.slice(0, query), secrets)}?${maskForm(url.slice(query + 1), secrets)}`
}

/** A body as it may be shown. JSON and forms: masked by name at any depth; anything else as text. Unmasked bodies keep their spelling. */
export function maskBody(body: string, secrets: readonly string[] = []): string {
  if (/^\s*[[{"]/.test(body)) {
    const json = parse(body)
    // Cut off, or no JSON after all: the names are still there.
    if (json === undefined) return maskText(body.replace(SECRET_MEMBER, `$1"${MASK}"`), secrets)
    const masked = maskJson(json, secrets, 0)
    return masked === json ? body : JSON.stringify(masked)
  }
  return FORM.test(body) ? maskForm(body, secrets) : maskText(body, secrets)
}

const FORM = /^[^\s=&]+=[^\s]*$/
/** A text inside JSON that is a URL with a query. */
const URL_TEXT = /^(?:[a-z][\w+.-]*:\/)?\/[^\s?]*\?/i
const JSON_TEXT = /^\s*[[{]/

// Names are bounded, or else a body of nothing but quotes would take quadratic time.
const SECRET_MEMBER = new RegExp(
  String.raw`("[^"]{0,100}?(?:${SECRET_WORDS})[^"]{0,100}"\s{0,20}:\s{0,20})("(?:[^"\\]|\\.)*"?|[^\s,}\]"]+)`,
  'gi',
)

/** Whether a name tells that its value is a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name)

/** Whether one of the names in a text may tell of a secret: they can be written with escapes. */
const mayName = (text: string): boolean => SECRET_NAME.test(text) || /[\\%]/.test(text)

const isShownHeader = (name: string): boolean => SHOWN_HEADERS.has(name.toLowerCase()) && !SECRET_NAME.test(name)

const maskAll = (value: string | string[]) => (Array.isArray(value) ? value.map((one) => maskText(one)) : maskText(value))

function maskForm(form: string, secrets: readonly string[]): string {
  const maskPair = (pair: string) => {
    const [name] = pair.split('=', 1) as [string]
    return pair.includes('=') && SECRET_NAME.test(decode(name)) ? `${name}=${MASK}` : maskText(pair, secrets)
  }
  return form.split('&').map(maskPair).join('&')
}

/** The same value when nothing of it is masked. */
function maskJson(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return maskJsonText(value, secrets, depth)
  if (value === null || typeof value !== 'object') return value
  if (depth === DEPTH_SHOWN) return MASK
  if (Array.isArray(value)) {
    const items = value.map((item) => maskJson(item, secrets, depth + 1))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  const before = Object.entries(value)
  const members = before.map(([name, item]) => [name, SECRET_NAME.test(name) ? MASK : maskJson(item, secrets, depth + 1)] as const)
  return members.every(([, item], index) => item === before[index]![1]) ? value : Object.fromEntries(members)
}

/** Logs and queues wrap JSON and addresses in JSON. */
function maskJsonText(text: string, secrets: readonly string[], depth: number): string {
  if (URL_TEXT.test(text)) return maskUrl(text, secrets)
  const json = depth < DEPTH_SHOWN && JSON_TEXT.test(text) ? parse(text) : undefined
  if (json === undefined) return maskText(text, secrets)
  const masked = maskJson(json, secrets, depth + 1)
  return masked === json ? text : JSON.stringify(masked)
}

/** Collects what masking hides by name and by looks. */
class Found {
  readonly #texts = new Set<string>()

  texts(): string[] {
    return [...this.#texts].sort(longestFirst)
  }

  inUrl(url: string): void {
    const query = url.indexOf('?')
    this.#byLooks(query < 0 ? url : url.slice(0, query))
    if (query >= 0) this.#inForm(url.slice(query + 1))
  }

  inBody(body: string): void {
    if (!/^\s*[[{"]/.test(body)) {
      if (FORM.test(body)) this.#inForm(body)
      else this.#byLooks(body)
      return
    }
    // Most bodies hold nothing of the kind, and looking costs less than parsing.
    if (!mayName(body)) {
      this.#byLooks(body)
      return
    }
    const json = parse(body)
    if (json !== undefined) this.#inJson(json, false, 0)
    else for (const [, , value] of body.matchAll(SECRET_MEMBER)) this.#add(String(parse(value!) ?? value!.replace(/^"|"$/g, '')))
  }

  #inForm(form: string): void {
    for (const pair of form.split('&')) {
      const [name] = pair.split('=', 1) as [string]
      if (!pair.includes('=') || !SECRET_NAME.test(decode(name))) {
        this.#byLooks(pair)
        continue
      }
      const value = pair.slice(name.length + 1)
      this.#add(value)
      this.#add(decode(value.replaceAll('+', ' ')))
    }
  }

  #inJson(value: unknown, hidden: boolean, depth: number): void {
    if (hidden && (typeof value === 'string' || typeof value === 'number')) this.#add(String(value))
    else if (typeof value === 'string') this.#inText(value, depth)
    if (value === null || typeof value !== 'object' || depth === DEPTH_SHOWN) return
    if (Array.isArray(value)) for (const item of value) this.#inJson(item, hidden, depth + 1)
    else for (const [name, item] of Object.entries(value)) this.#inJson(item, hidden || SECRET_NAME.test(name), depth + 1)
  }

  #inText(text: string, depth: number): void {
    if (URL_TEXT.test(text)) {
      this.inUrl(text)
      return
    }
    const json = depth < DEPTH_SHOWN && JSON_TEXT.test(text) ? parse(text) : undefined
    if (json === undefined) this.#byLooks(text)
    else this.#inJson(json, false, depth + 1)
  }

  #byLooks(text: string): void {
    for (const [secret] of text.matchAll(SECRET_VALUE)) this.#add(secret)
  }

  #add(text: string): void {
    if (text.length >= SECRET_CHARACTERS && this.#texts.size < PARTS_KEPT && !WORD.test(text)) this.#texts.add(text)
  }
}

/** Nobody's secret, and to hide it would spoil any JSON. */
const WORD = /^(?:true|false|null)$/i

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Stands where a value is not shown. */
export const MASK = '••••'

/** The only headers whose values are shown: they describe the message and hold no secrets. */
const SHOWN_HEADERS = new Set(
  (
    'accept accept-language cache-control content-encoding content-language content-length content-type date etag expires last-modified ' +
    'retry-after server user-agent vary webhook-id webhook-timestamp x-request-id traceparent'
  ).split(' '),
)
/** Names that tell of a secret, in headers, query strings and bodies alike; stronger than the list above. */
const SECRET_NAME = /authorization|cookie|signature|token|secret|key|auth|session|password|csrf/i
/** Secrets by their looks, under whatever name: JWTs and the keys of Stripe, GitHub and AWS. */
const SECRET_VALUE =
  /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*|\b(?:sk|rk)_(?:live|test)_\w{8,}|\bsk_\w{16,}|\bgh[pousr]_\w{16,}|\bAKIA[0-9A-Z]{12,}/g
/** Shorter values stand in ordinary text by chance. */
const ECHO_CHARACTERS = 8
/** The same for what is certainly meant to be secret. */
export const SECRET_CHARACTERS = 4
/** Nothing below this depth is looked into, so none of it is shown. */
const DEPTH_SHOWN = 100

/** Headers as they may be shown: values outside the allow-list become `••••`. */
export function maskHeaders(headers: Readonly<Record<string, string | string[]>>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, isShownHeader(name) ? maskAll(value) : MASK]))
}

/** The secret parts of headers, for `maskText`: a target may repeat them in its answer. Longest first. */
export function secretsOf(headers: Readonly<Record<string, string | string[]>> | null | undefined): string[] {
  const secrets = new Set<string>()
  for (const [name, values] of Object.entries(headers ?? {})) {
    if (isShownHeader(name)) continue
    const least = SECRET_NAME.test(name) ? SECRET_CHARACTERS : ECHO_CHARACTERS
    for (const value of [values].flat()) {
      const whole = [value, value.replace(/^\S+\s+/, ''), ...basicCredentials(value)].filter(({ length }) => length >= least)
      const parts = value.split(/[\s;,=]+/).filter(({ length }) => length >= ECHO_CHARACTERS)
      for (const secret of [...whole, ...parts]) secrets.add(secret)
    }
  }
  return [...secrets].sort((a, b) => b.length - a.length)
}

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
    return JSON.stringify(masked) === JSON.stringify(json) ? body : JSON.stringify(masked)
  }
  return /^[^\s=&]+=[^\s]*$/.test(body) ? maskForm(body, secrets) : maskText(body, secrets)
}

// Names are bounded, or else a body of nothing but quotes would take quadratic time.
const SECRET_MEMBER =
  /("[^"]{0,100}?(?:authorization|cookie|signature|token|secret|key|auth|session|password|csrf)[^"]{0,100}"\s{0,20}:\s{0,20})(?:"(?:[^"\\]|\\.)*"?|[^\s,}\]"]+)/gi

const isShownHeader = (name: string): boolean => SHOWN_HEADERS.has(name.toLowerCase()) && !SECRET_NAME.test(name)

const maskAll = (value: string | string[]) => (Array.isArray(value) ? value.map((one) => maskText(one)) : maskText(value))

function maskForm(form: string, secrets: readonly string[]): string {
  const maskPair = (pair: string) => {
    const [name] = pair.split('=', 1) as [string]
    return pair.includes('=') && SECRET_NAME.test(decode(name)) ? `${name}=${MASK}` : maskText(pair, secrets)
  }
  return form.split('&').map(maskPair).join('&')
}

function maskJson(value: unknown, secrets: readonly string[], depth: number): unknown {
  if (typeof value === 'string') return maskText(value, secrets)
  if (value === null || typeof value !== 'object') return value
  if (depth === DEPTH_SHOWN) return MASK
  if (Array.isArray(value)) return value.map((item) => maskJson(item, secrets, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, SECRET_NAME.test(name) ? MASK : maskJson(item, secrets, depth + 1)]),
  )
}

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

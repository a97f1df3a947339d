import { type EgressRefusal, type EgressRules, PUBLIC_ONLY, refusalOfBaseUrl, refusalOfUrl } from './egress.ts'
import { DocketError, type ErrorCode } from './errors.ts'

/** What common servers and proxies still take. */
export const URL_CHARACTERS = 2048

const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cs}\s\\]/u
const SCHEME = /^https?:\/\//i

/**
 * An absolute http(s) URL in its normal form, which is also what is sent. Says early what the `egress` rules say of its spelling; what its
 * name resolves to is judged at every attempt.
 * @throws DocketError URL_TOO_LONG, URL_INVALID, URL_SCHEME, URL_FRAGMENT, URL_USERINFO, TARGET_BLOCKED_ADDRESS, TARGET_BLOCKED_NAME,
 * TARGET_BLOCKED_PORT on `field`
 */
export function parseUrl(text: unknown, field: string, egress: EgressRules = PUBLIC_ONLY): URL {
  const url = parseSpelling(text, field)
  refuse(refusalOfUrl(url, egress), field)
  return url
}

/**
 * The base URL of a service, without the slash at its end, so that base + path is the address.
 * @throws DocketError as parseUrl, and URL_INVALID when it has a query
 */
export function parseBaseUrl(text: unknown, field = 'baseUrl', egress: EgressRules = PUBLIC_ONLY): string {
  const url = parseSpelling(text, field)
  if (url.search !== '' || url.href.endsWith('?')) {
    throw new DocketError('URL_INVALID', 'The base URL must not hold a query; put it into the paths of the actions.', field)
  }
  refuse(refusalOfBaseUrl(url, egress), field)
  return url.href.replace(/\/+$/, '')
}

function refuse(refusal: EgressRefusal | undefined, field: string): void {
  if (refusal) throw new DocketError(refusal.code, refusal.message, field)
}

function parseSpelling(text: unknown, field: string): URL {
  const refuse = (code: ErrorCode, sentence: string) => new DocketError(code, sentence, field)
  if (typeof text !== 'string') throw refuse('URL_INVALID', 'The URL must be a text.')
  if (text.length > URL_CHARACTERS) throw refuse('URL_TOO_LONG', `The URL must have at most ${URL_CHARACTERS} characters.`)
  if (FORBIDDEN_CHARACTERS.test(text)) throw refuse('URL_INVALID', 'The URL must not hold blanks, control characters or backslashes.')
  if (!SCHEME.test(text)) throw refuse('URL_SCHEME', 'The URL must begin with http:// or https://.')
  if (text.includes('#')) throw refuse('URL_FRAGMENT', 'The URL must not hold a fragment (#…), which is never sent.')
  // The parser drops an empty user name, so the text itself is looked at.
  const authority = text.slice(text.indexOf('//') + 2).split(/[/?]/, 1)[0]!
  if (authority.includes('@')) throw refuse('URL_USERINFO', 'The URL must not hold a user name or password; use an authorization header.')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) throw refuse('URL_INVALID', 'The URL is not valid; an example is https://example.com/hooks/billing.')
  if (url.href.length > URL_CHARACTERS) {
    throw refuse('URL_TOO_LONG', `The URL must have at most ${URL_CHARACTERS} characters, counted with its escapes.`)
  }
  return url
}

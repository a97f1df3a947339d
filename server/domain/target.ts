import type { TargetInput } from './action-input.ts'
import type { EgressRules } from './egress.ts'
import { DocketError } from './errors.ts'
import { internalId } from './ids.ts'
import { parseUrl, URL_CHARACTERS } from './url.ts'

/** Where an action's request goes. `serviceId` is the UUID; it is not known yet whether the service exists. */
export type Target = { serviceId: string; path: string; url: null } | { serviceId: null; path: null; url: string }

/**
 * Exactly one of: `serviceId` and `path`, or `url`.
 * `at` is the field that holds the target, empty where its parts are fields themselves.
 * @throws DocketError INVALID_TARGET, NOT_FOUND (malformed service id), and the codes of parseUrl
 */
export function parseTarget(input: TargetInput, at: string, egress?: EgressRules): Target {
  const field = (name: string) => (at ? `${at}.${name}` : name)
  const { serviceId, path, url } = input
  const onService = serviceId != null || path != null
  if (onService === (url != null)) {
    throw new DocketError('INVALID_TARGET', 'The target is exactly one of: serviceId and path, or url.', at || 'url')
  }
  if (url != null) return { serviceId: null, path: null, url: parseUrl(url, field('url'), egress).href }
  if (serviceId == null) throw new DocketError('INVALID_TARGET', 'A path needs the serviceId it belongs to.', field('serviceId'))
  if (path == null) throw new DocketError('INVALID_TARGET', 'A serviceId needs a path, such as /jobs/nightly.', field('path'))
  return { serviceId: internalId('service', serviceId, field('serviceId')), path: parsePath(path, field('path')), url: null }
}

/** The whole address: `baseUrl` is the service's, absent for a target that is a URL itself. */
export const addressOf = (target: { path: string | null; url: string | null }, baseUrl: string | null | undefined): string =>
  target.url ?? `${baseUrl ?? ''}${target.path ?? ''}`

const FORBIDDEN_CHARACTERS = /[\p{Cc}\p{Cs}\s\\#]/u
/** `..` would leave the base URL's own path, also when escaped. */
const DOT_SEGMENT = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

function parsePath(path: string, field: string): string {
  const refuse = (sentence: string) => new DocketError('INVALID_TARGET', sentence, field)
  if (typeof path !== 'string' || !path.startsWith('/') || path.startsWith('//')) {
    throw refuse('The path must begin with one slash, such as /jobs/nightly.')
  }
  if (path.length > URL_CHARACTERS) throw refuse(`The path must have at most ${URL_CHARACTERS} characters.`)
  if (FORBIDDEN_CHARACTERS.test(path)) throw refuse('The path must not hold blanks, control characters, backslashes or a fragment.')
  if (DOT_SEGMENT.test(path.split('?', 1)[0]!)) throw refuse('The path must not hold the segments "." or "..".')
  const { pathname, search } = new URL(`http://service${path}`)
  return pathname + search
}

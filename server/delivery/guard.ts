import { destinationOf, type EgressRules, isEcho, PUBLIC_ONLY, refusalOf, refusalOfAddress } from '../domain/egress.ts'
import { type ConnectError, refused } from './connect-error.ts'
import { type Endpoint, Opening } from './opening.ts'
import { createResolve, type Lookup, systemLookup } from './resolve.ts'

/** The only way out: decides where requests may go, and opens the connections to there. */
export interface Guard {
  /** Whether this is Docket's own echo: the one path of its origin that may be called, on connections that serve nothing else. */
  isEcho(origin: string, path: string): boolean
  /**
   * Judges an origin by its spelling. The decision does not change while the process runs, so it may be kept.
   * @throws ConnectError TARGET_BLOCKED_ADDRESS, TARGET_BLOCKED_NAME, TARGET_BLOCKED_PORT
   */
  admit(origin: string, echo: boolean): Endpoint
  /** Opens a connection: every address its name resolves to is judged before, and the one it really reached after. */
  open(to: Endpoint, done: (error: ConnectError | null, socket: Opening['socket']) => void): Opening
}

export interface GuardOptions {
  /** Default: the public internet. */
  rules?: EgressRules
  /** Default: the system's. */
  lookup?: Lookup
  dnsTimeoutMs?: number
  /** So long a name that got no answer in time is not asked for. */
  dnsRestMs?: number
  connectTimeoutMs?: number
}

export const DNS_TIMEOUT_MS = 5_000
/** For the connection and its TLS handshake together. */
export const CONNECT_TIMEOUT_MS = 5_000

export function createGuard(options: GuardOptions = {}): Guard {
  const { rules = PUBLIC_ONLY, lookup = systemLookup, dnsTimeoutMs = DNS_TIMEOUT_MS, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options
  const resolve = createResolve(lookup, dnsTimeoutMs, options.dnsRestMs)
  const ownOrigins = new Set(rules.own?.echoUrls.map((url) => new URL(url).origin))

  return {
    isEcho: (origin, path) => ownOrigins.has(origin) && isEcho(origin, path, rules),
    admit(origin, echo) {
      const url = new URL(origin)
      const to = { ...destinationOf(url, echo), secure: url.protocol === 'https:' }
      const refusal = refusalOf(to, rules)
      if (refusal) throw refused(refusal)
      return to
    },
    open: (to, done) => new Opening({ to, resolve, connectTimeoutMs, judge: (address) => refusalOfAddress(address, to, rules) }, done),
  }
}

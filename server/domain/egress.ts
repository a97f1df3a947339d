import { isBlockedIp, isGuardedIp } from './egress-address.ts'
import { createEgressAllow, type EgressAllow, opensHost, opensNetworkOf, opensPort } from './egress-allow.ts'
import { isBlockedName, isBlockedPort, plainName } from './egress-name.ts'
import { carriedIpv4, parseIp } from './ip-address.ts'

/** Where requests may go (docs/protocol.md): the public internet, what the operator opens, and Docket's own `/echo`. */
export interface EgressRules {
  readonly allow: EgressAllow
  readonly own: OwnServer | null
}

/** Docket itself, which no request may reach but for its echo. */
export interface OwnServer {
  /** Where it listens, as `parseIp` spells addresses. */
  readonly port: number
  readonly addresses: readonly string[]
  /** The address of its echo in each spelling that is in use, such as `http://127.0.0.1:4600/echo`. */
  readonly echoUrls: readonly string[]
}

export interface EgressRefusal {
  code: 'TARGET_BLOCKED_ADDRESS' | 'TARGET_BLOCKED_NAME' | 'TARGET_BLOCKED_PORT'
  /** A sentence for the caller, without what a name resolved to. */
  message: string
}

/** What a connection is opened to. `name` is the host of the URL as `plainName` gives it, an IPv6 address without brackets. */
export interface Destination {
  name: string
  port: number
  /** It is Docket's own echo. */
  echo: boolean
}

/** @param allow entries of EGRESS_ALLOW. Default: none */
export const createEgressRules = (allow: readonly string[] = [], own: OwnServer | null = null): EgressRules => ({
  allow: createEgressAllow(allow),
  own: own && { ...own, addresses: own.addresses.map((address) => parseIp(address) ?? address) },
})

/** Nothing but the public internet. */
export const PUBLIC_ONLY: EgressRules = createEgressRules()

/** Judges an address by its spelling: port, name, and an address that stands in it. What a name resolves to is judged when it is called. */
export const refusalOfUrl = (url: URL, rules: EgressRules): EgressRefusal | undefined =>
  refusalOf(destinationOf(url, isEcho(url.origin, url.pathname, rules)), rules)

/** As `refusalOfUrl`, for an address that paths are put behind: Docket's own is taken, because its echo may be among them. */
export const refusalOfBaseUrl = (url: URL, rules: EgressRules): EgressRefusal | undefined =>
  refusalOf(destinationOf(url, isEcho(url.origin, `${url.pathname.replace(/\/+$/, '')}/echo`, rules)), rules)

export function refusalOf(to: Destination, rules: EgressRules): EgressRefusal | undefined {
  const { name, port } = to
  if (isBlockedPort(port) && !(port > 0 && opensPort(rules.allow, parseIp(name) ?? name, port))) {
    return { code: 'TARGET_BLOCKED_PORT', message: `Requests may not go to port ${port}, where other protocols than HTTP are at home.` }
  }
  if (parseIp(name) !== undefined) return refusalOfAddress(name, to, rules)
  if (to.echo || !isBlockedName(name) || opensHost(rules.allow, name, port)) return undefined
  return {
    code: 'TARGET_BLOCKED_NAME',
    message: 'Requests may not go to names of this machine or its network; EGRESS_ALLOW opens one by choice.',
  }
}

/** Judges one address that a connection may go to, or has gone to. */
export function refusalOfAddress(address: string, to: Destination, rules: EgressRules): EgressRefusal | undefined {
  const ip = parseIp(address)
  if (ip === undefined) return blocked('The name of the target resolves to something that is not an address.')
  const { allow, own } = rules
  if (isGuardedIp(ip)) {
    return opensHost(allow, ip, to.port)
      ? undefined
      : blocked('Requests may not go to link-local or metadata addresses, unless EGRESS_ALLOW lists exactly this one.')
  }
  if (to.echo) return undefined
  if (own && own.port === to.port && own.addresses.includes(ip)) return blocked('Docket does not call itself, but for its /echo.')
  if (!isBlockedIp(ip)) return undefined
  if (opensHost(allow, ip, to.port)) return undefined
  const named = opensHost(allow, to.name, to.port)
  if (!named && !opensNetworkOf(allow, ip)) return blocked(CLOSED)
  // What translates it would go on to that address.
  const carried = carriedIpv4(ip)
  if (carried === undefined || (named && !isGuardedIp(carried))) return undefined
  return refusalOfAddress(carried, to, rules)
}

/** Whether this is exactly Docket's own echo; a query may follow. */
export const isEcho = (origin: string, path: string, { own }: EgressRules): boolean =>
  own?.echoUrls.includes(origin + path.split('?', 1)[0]!) ?? false

export function destinationOf({ protocol, hostname, port }: URL, echo: boolean): Destination {
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return { name: plainName(host), port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port), echo }
}

const CLOSED = 'Requests may not go to private, local or reserved addresses; EGRESS_ALLOW opens one by choice.'

const blocked = (message: string): EgressRefusal => ({ code: 'TARGET_BLOCKED_ADDRESS', message })

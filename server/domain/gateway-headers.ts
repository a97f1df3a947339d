import { foldedName } from './headers.ts'

/** Headers in turn: name, value, name, value, as they came. */
type RawHeaders = readonly string[]

/** They belong to one connection, not to the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])
/** Said anew, or believed by those who trust their proxy. */
const REPLACED = new Set(['host', 'expect', 'forwarded', 'x-real-ip'])
/** They speak for the whole origin, which is Docket's. */
const OF_THE_ORIGIN = new Set(['clear-site-data', 'service-worker-allowed', 'strict-transport-security', 'alt-svc'])

export interface Inbound {
  /** HEADER_PREFIX. */
  prefix: string
  /** Of the caller's end of the connection. */
  ip: string
  /** How people reach Docket. */
  protocol: 'http' | 'https'
  /** Names of the cookies that sign in to Docket. */
  sessionCookies: readonly string[]
}

/**
 * What of a request's headers goes on to a service: none that begins with the prefix, in whatever spelling a server may fold into it, none
 * of the connection, not Docket's session. The `x-forwarded-*` are Docket's own, with the list of addresses continued.
 */
export function inboundHeaders(raw: RawHeaders, { prefix, ip, protocol, sessionCookies }: Inbound): string[] {
  const ours = foldedName(prefix)
  const listed = connectionNames(raw)
  const headers: string[] = []
  const addresses: string[] = []
  let host = ''
  for (const [name, value] of pairs(raw)) {
    const plain = name.toLowerCase()
    const folded = foldedName(name)
    if (plain === 'host') host ||= value
    if (plain === 'x-forwarded-for') addresses.push(value)
    if (folded.startsWith(ours) || folded.startsWith('x-forwarded-')) continue
    if (HOP_BY_HOP.has(plain) || REPLACED.has(folded) || listed.has(plain)) continue
    if (plain !== 'cookie') headers.push(name, value)
    else {
      const cookies = withoutCookies(value, sessionCookies)
      if (cookies) headers.push(name, cookies)
    }
  }
  headers.push('x-forwarded-for', [...addresses, plainIp(ip)].join(', '), 'x-forwarded-proto', protocol)
  if (host) headers.push('x-forwarded-host', host)
  return headers
}

/** What of a service's headers goes back to the caller. */
export function outboundHeaders(raw: RawHeaders, sessionCookies: readonly string[]): [name: string, value: string][] {
  const listed = connectionNames(raw)
  return pairs(raw).filter(([name, value]) => {
    const plain = name.toLowerCase()
    if (HOP_BY_HOP.has(plain) || listed.has(plain) || OF_THE_ORIGIN.has(plain)) return false
    return plain !== 'set-cookie' || !sessionCookies.includes(cookieName(value))
  })
}

function pairs(raw: RawHeaders): [string, string][] {
  return Array.from({ length: raw.length >> 1 }, (_, n) => [raw[2 * n]!, raw[2 * n + 1]!])
}

/** `Connection: x-a, close` makes x-a a header of the connection, too. */
function connectionNames(raw: RawHeaders): Set<string> {
  const values = pairs(raw).filter(([name]) => name.toLowerCase() === 'connection')
  return new Set(values.flatMap(([, value]) => value.split(',').map((name) => name.trim().toLowerCase())))
}

const withoutCookies = (value: string, names: readonly string[]) =>
  value
    .split(';')
    .filter((pair) => !names.includes(cookieName(pair)))
    .join(';')
    .trim()

/** A server that listens for both families names IPv4 callers in the mapped form. */
const plainIp = (ip: string) => ip.replace(/^::ffff:(?=\d+\.)/, '')

const cookieName = (pair: string) => pair.split(/[=;]/, 1)[0]!.trim()

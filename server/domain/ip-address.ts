import { isIPv4, isIPv6 } from 'node:net'

/**
 * An address in its one spelling: IPv4 with dots, IPv6 as eight groups without leading zeros or `::`. A mapped address (::ffff:a.b.c.d)
 * becomes the IPv4 address that a connection to it reaches. Undefined for what is not an address, also for one with a zone (%eth0).
 */
export function parseIp(text: string): string | undefined {
  if (isIPv4(text)) return text
  const groups = groupsOf(text)
  if (!groups) return undefined
  const mapped = groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
  return mapped ? dotted(groups[6]!, groups[7]!) : groups.map((group) => group.toString(16)).join(':')
}

/**
 * The IPv4 address that a translator or tunnel on the way would read from an IPv6 address, as `parseIp` spells it: NAT64, SIIT, 6to4, Teredo,
 * and the compatible form. Undefined for any other.
 */
export function carriedIpv4(ip: string): string | undefined {
  const groups = groupsOf(ip)
  if (!groups) return undefined
  const [a, b, c, d, e, f, g, h] = groups as [number, number, number, number, number, number, number, number]
  if (a === 0x2002) return dotted(b, c)
  if (a === 0x2001 && b === 0) return dotted(g ^ 0xffff, h ^ 0xffff)
  const nat64 = a === 0x64 && b === 0xff9b
  // Not `::` and `::1`, which mean themselves.
  const compatible = (a | b | c | d | e | f) === 0 && g !== 0
  const siit = (a | b | c | d | f) === 0 && e === 0xffff
  return nat64 || compatible || siit ? dotted(g, h) : undefined
}

/** Of an address as `parseIp` spells it, or of any other without a zone. */
export function familyOf(ip: string): 'ipv4' | 'ipv6' {
  return ip.includes(':') ? 'ipv6' : 'ipv4'
}

function groupsOf(text: string): number[] | undefined {
  if (!isIPv6(text) || text.includes('%')) return undefined
  const halves = text.split('::').map((half) => (half === '' ? [] : half.split(':').flatMap(groupsOfPart)))
  const [left, right = []] = halves as [number[], number[]?]
  return halves.length === 1 ? left : [...left, ...new Array<number>(8 - left.length - right.length).fill(0), ...right]
}

/** Two groups for an IPv4 address at the end. */
function groupsOfPart(part: string): number[] {
  if (!part.includes('.')) return [Number.parseInt(part, 16)]
  const [a, b, c, d] = part.split('.').map(Number) as [number, number, number, number]
  return [(a << 8) | b, (c << 8) | d]
}

const dotted = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join('.')

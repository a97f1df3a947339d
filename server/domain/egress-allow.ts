import { BlockList } from 'node:net'
import { plainName } from './egress-name.ts'
import { familyOf, parseIp } from './ip-address.ts'

/** What EGRESS_ALLOW opens. */
export interface EgressAllow {
  /** Ports of names and of single addresses (as `parseIp` spells them); null for all. */
  readonly hosts: ReadonlyMap<string, ReadonlySet<number> | null>
  readonly networks: BlockList
}

/** One entry: a host with one port or with all of them, or a network. */
export type AllowEntry = { host: string; port: number | null } | { network: string; bits: number }

/** @throws TypeError on an entry that `parseAllowEntry` does not know; settings are checked before */
export function createEgressAllow(entries: readonly string[]): EgressAllow {
  const hosts = new Map<string, Set<number> | null>()
  const networks = new BlockList()
  for (const text of entries) {
    const entry = parseAllowEntry(text)
    if (!entry) throw new TypeError(`${JSON.stringify(text)} is not an entry of EGRESS_ALLOW`)
    if ('network' in entry) {
      networks.addSubnet(entry.network, entry.bits, familyOf(entry.network))
      continue
    }
    const { host, port } = entry
    const ports = hosts.get(host)
    if (port === null || ports === null) hosts.set(host, null)
    else hosts.set(host, new Set([...(ports ?? []), port]))
  }
  return { hosts, networks }
}

/** Reads a CIDR, an address, a name, or one of the latter two with a port (`billing:8080`, `10.0.0.5:8080`, `[fd00::5]:8080`); undefined for anything else. */
export function parseAllowEntry(text: string): AllowEntry | undefined {
  const slash = text.indexOf('/')
  if (slash >= 0) return parseNetwork(text.slice(0, slash), text.slice(slash + 1))
  const ip = parseIp(text)
  if (ip) return { host: ip, port: null }
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined ? null : Number(digits)
  if (port !== null && (port < 1 || port > 65_535)) return undefined
  const host = bracketed === undefined ? (parseIp(plain ?? '') ?? nameOf(plain ?? '')) : parseIp(bracketed)
  return host === undefined ? undefined : { host, port }
}

/** Whether an entry names this host for this port. */
export function opensHost({ hosts }: EgressAllow, host: string, port: number): boolean {
  const ports = hosts.get(host)
  return ports === null || (ports?.has(port) ?? false)
}

/** Whether an entry names this very port of this host, which then may be one that is blocked otherwise. */
export const opensPort = ({ hosts }: EgressAllow, host: string, port: number): boolean => hosts.get(host)?.has(port) ?? false

/** Whether a network that is open holds this address. */
export const opensNetworkOf = ({ networks }: EgressAllow, ip: string): boolean => networks.check(ip, familyOf(ip))

function parseNetwork(address: string, bits: string): AllowEntry | undefined {
  const ip = parseIp(address)
  const most = ip === undefined ? 0 : familyOf(ip) === 'ipv4' ? 32 : 128
  if (ip === undefined || !/^\d{1,3}$/.test(bits) || Number(bits) > most) return undefined
  return Number(bits) === most ? { host: ip, port: null } : { network: ip, bits: Number(bits) }
}

const NAME = /^(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/

function nameOf(text: string): string | undefined {
  const name = plainName(text)
  // `1.2.3` or `256.0.0.1` is a mistyped address: no name ends in a number.
  return name.length <= 253 && NAME.test(name) && !/(^|\.)\d+$/.test(name) ? name : undefined
}

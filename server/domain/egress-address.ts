import { BlockList } from 'node:net'
import { familyOf } from './ip-address.ts'

/** Loopback, private, link-local, reserved, documentation, multicast, and every form that carries an IPv4 address. */
const BLOCKED: readonly [network: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Azure's wire server, in the middle of public addresses.
  ['168.63.129.16', 32],
  // Unspecified, loopback, and the compatible form of IPv4.
  ['::', 96],
  // SIIT.
  ['::ffff:0:0:0', 96],
  // NAT64, and its prefix for local use.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  // Discard.
  ['100::', 64],
  // Teredo, ORCHID, benchmarks, and what else the IETF keeps.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4.
  ['2002::', 16],
  ['3fff::', 20],
  // Segment routing.
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  // Site-local.
  ['fec0::', 10],
  ['ff00::', 8],
]

/** Where clouds hand out credentials, and what only this link knows. A range that somebody opens is not meant to open these. */
const GUARDED: readonly [network: string, bits: number][] = [
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
  // Oracle.
  ['192.0.0.192', 32],
  // Alibaba.
  ['100.100.100.200', 32],
  // AWS.
  ['fd00:ec2::', 32],
  // Google.
  ['fd20:ce::254', 128],
  // Oracle.
  ['fd00:c1::a9fe:a9fe', 128],
  ['fe80::', 10],
]

const blocked = listOf(BLOCKED)
const guarded = listOf(GUARDED)

/** Whether an address, as `parseIp` spells it, is none that everybody on the internet may be asked to call. */
export const isBlockedIp = (ip: string): boolean => blocked.check(ip, familyOf(ip))

/** Whether it is one of those that only an entry for exactly this address opens. */
export const isGuardedIp = (ip: string): boolean => guarded.check(ip, familyOf(ip))

function listOf(networks: typeof BLOCKED): BlockList {
  const list = new BlockList()
  for (const [network, bits] of networks) list.addSubnet(network, bits, familyOf(network))
  return list
}

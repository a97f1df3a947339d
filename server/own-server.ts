import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { OwnServer } from './domain/egress.ts'

/** Where anybody on this machine, or on its networks, finds a server that listens on all addresses. */
const EVERYWHERE = ['0.0.0.0', '::', '127.0.0.1', '::1']

/**
 * Docket as a target of requests, which it must not be but for its echo.
 * @param bound the address it listens on, as the system names it
 * @param publicUrl where people reach it, without a trailing slash
 */
export function ownServer(bound: { address: string; port: number }, publicUrl: string): OwnServer {
  const { address, port } = bound
  const addresses = EVERYWHERE.slice(0, 2).includes(address)
    ? [...EVERYWHERE, ...Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? [])]
    : [address]
  const local = EVERYWHERE.includes(address) ? '127.0.0.1' : address
  const host = isIP(local) === 6 ? `[${local}]` : local
  const echoUrls = [`http://${host}:${port}/echo`, `${publicUrl}/echo`].map((url) => new URL(url).href)
  return { port, addresses, echoUrls: [...new Set(echoUrls)] }
}

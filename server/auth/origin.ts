import type { IncomingMessage } from 'node:http'

/**
 * Whether a request comes from a page of this site, or from no page at all: browsers send `Origin` with every WebSocket
 * and every POST, other clients have none. The site is PUBLIC_URL, or whatever host the request itself was sent to.
 */
export function isSameSite({ headers }: IncomingMessage, publicUrl: string): boolean {
  const { origin, host } = headers
  if (origin === undefined) return true
  const url = URL.parse(origin)
  return url !== null && (url.origin === new URL(publicUrl).origin || url.host === host)
}

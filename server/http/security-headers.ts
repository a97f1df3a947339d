import type { ServerResponse } from 'node:http'

/** The headers of every answer. */
export function createSecurityHeaders(publicUrl: string, inlineScripts: readonly string[] = []): (response: ServerResponse) => void {
  const policy = [
    "default-src 'self'",
    scripts(inlineScripts),
    // Style attributes in markup; they can neither load nor run anything.
    "style-src 'self'; style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    connections(publicUrl),
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  ].join('; ')
  return (response) => {
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('x-frame-options', 'DENY')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-resource-policy', 'same-origin')
  }
}

/** Sets the headers of a receipt: of its page, or of its data. */
export type ReceiptHeaders = (response: ServerResponse, what: 'page' | 'data') => void

/** What differs from every other answer: a receipt's address is its key, so it must not be kept, told on, or found. */
export function createReceiptHeaders(publicUrl: string, inlineScripts: readonly string[] = []): ReceiptHeaders {
  const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  const policies = {
    data: nothing,
    page: [nothing, scripts(inlineScripts), "style-src 'self'", "img-src 'self'", connections(publicUrl)].join('; '),
  }
  return (response, what) => {
    response.setHeader('content-security-policy', policies[what])
    response.setHeader('cache-control', 'no-store')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('x-robots-tag', 'noindex, nofollow')
  }
}

const scripts = (inline: readonly string[]): string => ["script-src 'self'", ...inline.map((hash) => `'${hash}'`)].join(' ')

/** Older browsers do not take 'self' for WebSockets. */
function connections(publicUrl: string): string {
  const { host, protocol } = new URL(publicUrl)
  return `connect-src 'self' ${protocol === 'https:' ? 'wss' : 'ws'}://${host}`
}

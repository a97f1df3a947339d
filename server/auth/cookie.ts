import type { IncomingMessage } from 'node:http'

/** As long as the session itself lives: 30 days. */
const SESSION_SECONDS = 30 * 24 * 3600

/** The session cookie of this site. */
export interface SessionCookie {
  readonly name: string
  read(request: IncomingMessage): string | undefined
  /** Value of Set-Cookie that signs in. */
  set(secret: string): string
  /** Value of Set-Cookie that signs out. */
  clear(): string
}

/**
 * On https the name begins with `__Host-`, which browsers take only with Secure and Path=/ and without a domain, so that no
 * neighbouring host can plant one. Plain http, as on 127.0.0.1, has no such guard, and no Secure.
 */
export function createSessionCookie(publicUrl: string): SessionCookie {
  const secure = publicUrl.startsWith('https:')
  const name = secure ? '__Host-docket' : 'docket'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    name,
    read: (request) => readCookie(request, name),
    set: (secret) => `${name}=${secret}; ${attributes}; Max-Age=${SESSION_SECONDS}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}

/** The value of a cookie, if it has one. */
export function readCookie(request: IncomingMessage, name: string): string | undefined {
  for (const pair of request.headers.cookie?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2)
    if (key === name && value) return value
  }
  return undefined
}

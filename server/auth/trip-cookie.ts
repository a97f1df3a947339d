import type { IncomingMessage } from 'node:http'
import { type Vault, VaultError } from '../store/vault.ts'
import { readCookie } from './cookie.ts'
import type { OidcTrip } from './oidc-provider.ts'

/** How long someone may take at the provider. */
const TRIP_SECONDS = 10 * 60
const PLACE = 'cookie:oidc'
const NEXT_CHARACTERS = 1_000

/** A way to the provider and back, and where to go then. */
export interface Trip extends OidcTrip {
  next: string | null
}

/** What a browser keeps while it is at the provider: sealed, so that it can neither be read nor made up. */
export interface TripCookie {
  readonly name: string
  /** Undefined without one, and for one that is too old or not ours. */
  read(request: IncomingMessage): Trip | undefined
  /** Value of Set-Cookie. */
  set(trip: Trip): string
  clear(): string
}

export function createTripCookie(vault: Vault, publicUrl: string, now: () => number = Date.now): TripCookie {
  const secure = publicUrl.startsWith('https:')
  const name = secure ? '__Host-docket-oidc' : 'docket-oidc'
  // Lax, not Strict: the browser comes back from another site.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
  return {
    name,
    read(request) {
      const sealed = readCookie(request, name)
      if (sealed === undefined) return undefined
      try {
        const { until, ...trip } = JSON.parse(vault.open(PLACE, sealed)) as Trip & { until: number }
        return until > now() ? trip : undefined
      } catch (error) {
        if (error instanceof VaultError) return undefined
        throw error
      }
    },
    set({ next, ...trip }) {
      const kept = next !== null && next.length <= NEXT_CHARACTERS ? next : null
      const sealed = vault.seal(PLACE, JSON.stringify({ ...trip, next: kept, until: now() + TRIP_SECONDS * 1000 }))
      return `${name}=${sealed}; ${attributes}; Max-Age=${TRIP_SECONDS}`
    },
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { refusedSignIn } from '../commands/refused-sign-in.ts'
import { signInByOidc } from '../commands/sign-in-by-oidc.ts'
import { DocketError } from '../domain/errors.ts'
import { HttpRefusal } from '../http/answer.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { SessionCookie } from './cookie.ts'
import { createOidcProvider, OidcRefused, type OidcSettings, type OidcTrip, OidcUnavailable } from './oidc-provider.ts'
import { fromOf } from './sign-in.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import { createTripCookie } from './trip-cookie.ts'

/** `GET /auth/oidc` and `GET /auth/oidc/callback`. */
export interface OidcSignIn {
  /** Of the cookie that a browser keeps on the way. */
  readonly cookieName: string
  begin(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void>
  end(request: IncomingMessage, response: ServerResponse, url: URL, ip: string): Promise<void>
}

export interface OidcOptions {
  db: Database
  cookie: SessionCookie
  limits: SignInLimits
  publicUrl: string
  /** Undefined: there is no provider, and both answer 404. */
  settings: OidcSettings | undefined
  log: Log
}

/** Why the dashboard's sign-in page is shown again: `/sign-in?error=…`. */
type Problem = 'no-member' | 'not-verified' | 'refused' | 'expired' | 'unavailable' | 'limited'

/**
 * Signs in by an OpenID Connect provider: code flow with PKCE, state and nonce, which wait in a sealed cookie of the browser that began. Whoever
 * is refused lands on the sign-in page with the reason.
 */
export function createOidcSignIn({ db, cookie, limits, publicUrl, settings, log }: OidcOptions): OidcSignIn {
  const provider = settings && createOidcProvider(settings, `${publicUrl}/auth/oidc/callback`)
  const trips = createTripCookie(db.vault, publicUrl)

  const redirect = (response: ServerResponse, location: string, cookies: string[]) => {
    response.writeHead(303, { location, 'set-cookie': cookies, 'cache-control': 'no-store' })
    response.end()
  }
  const refuse = (response: ServerResponse, problem: Problem) =>
    redirect(response, `${publicUrl}/sign-in?error=${problem}`, [trips.clear()])

  return {
    cookieName: trips.name,
    async begin(_, response, url) {
      if (!provider) throw nothingHere()
      try {
        const { url: location, trip } = await provider.begin()
        redirect(response, location, [trips.set({ ...trip, next: url.searchParams.get('next') })])
      } catch (error) {
        if (!(error instanceof OidcUnavailable)) throw error
        log.warn({ err: error }, 'the OpenID Connect provider does not answer')
        refuse(response, 'unavailable')
      }
    },
    async end(request, response, url, ip) {
      if (!provider) throw nothingHere()
      try {
        limits.begin(ip)
        const trip = trips.read(request)
        if (!trip) return refuse(response, 'expired')
        const claims = await provider.end(url.search, trip)
        if (!claims.emailVerified) log.info({ issuer: claims.issuer }, 'the OpenID Connect provider has not verified an e-mail address')
        const secret = await signInByOidc(db, claims, fromOf(request, ip))
        limits.done(ip)
        redirect(response, publicUrl + pathOf(trip), [trips.clear(), cookie.set(secret)])
      } catch (error) {
        const problem = problemOf(error)
        if (!problem) throw error
        if (error instanceof OidcUnavailable) log.warn({ err: error }, 'the OpenID Connect provider does not answer')
        else if (error instanceof OidcRefused) {
          log.info({ err: error }, 'a sign-in by OpenID Connect was refused')
          await refusedSignIn(db, { method: 'OIDC', from: fromOf(request, ip), message: error.message })
        }
        refuse(response, problem)
      }
    },
  }
}

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof OidcUnavailable) return 'unavailable'
  if (error instanceof OidcRefused) return 'refused'
  if (!(error instanceof DocketError)) return undefined
  if (error.code === 'RATE_LIMITED') return 'limited'
  if (error.code === 'FORBIDDEN') return error.field === 'email_verified' ? 'not-verified' : 'no-member'
  return undefined
}

/** A path of this server and nothing else, so that no link can lead elsewhere. */
const pathOf = ({ next }: OidcTrip & { next: string | null }): string =>
  next && /^\/(?![/\\])[\x21-\x7e]{0,1000}$/.test(next) ? next : '/'

const nothingHere = (): HttpRefusal => new HttpRefusal(404, 'There is nothing here.', 'NOT_FOUND')

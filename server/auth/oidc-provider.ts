import * as oidc from 'openid-client'
import type { OidcClaims } from '../commands/sign-in-by-oidc.ts'

/** How the operator's OpenID Connect provider is reached. */
export interface OidcSettings {
  issuer: string
  clientId: string
  clientSecret: string
  /** What people know it by. */
  name: string
}

/** What the way back is compared with. Secret. */
export interface OidcTrip {
  state: string
  nonce: string
  verifier: string
}

/** The provider does not answer, or not as a provider does. */
export class OidcUnavailable extends Error {
  override readonly name = 'OidcUnavailable'
}

/** The provider, or what came back from it, says no. */
export class OidcRefused extends Error {
  override readonly name = 'OidcRefused'
}

export interface OidcProvider {
  /** Where to send a browser, and what to remember until it comes back. @throws OidcUnavailable */
  begin(): Promise<{ url: string; trip: OidcTrip }>
  /**
   * Who came back. `search` is the query of the address that the browser came back to.
   * @throws OidcRefused, OidcUnavailable
   */
  end(search: string, trip: OidcTrip): Promise<OidcClaims>
}

/** A provider that takes longer keeps a person before an empty page. */
const TIMEOUT_SECONDS = 10

/** Asks the provider for its addresses and keys when it is first needed; a start must not wait for it. */
export function createOidcProvider({ issuer, clientId, clientSecret }: OidcSettings, redirectUri: string): OidcProvider {
  let known: Promise<oidc.Configuration> | undefined

  const configuration = (): Promise<oidc.Configuration> => {
    known ??= discover().catch((cause: unknown) => {
      known = undefined
      throw new OidcUnavailable('The provider cannot be asked for its addresses.', { cause })
    })
    return known
  }

  function discover(): Promise<oidc.Configuration> {
    const execute = [oidc.enableNonRepudiationChecks]
    // Settings allow plain http on this machine only.
    if (issuer.startsWith('http:')) execute.push(oidc.allowInsecureRequests)
    return oidc.discovery(new URL(issuer), clientId, clientSecret, authentication, { execute, timeout: TIMEOUT_SECONDS })
  }

  const basic = oidc.ClientSecretBasic(clientSecret)
  const post = oidc.ClientSecretPost(clientSecret)
  /** As the provider takes it; a provider that says nothing takes Basic. */
  const authentication: oidc.ClientAuth = (as, ...rest) => {
    const methods = as.token_endpoint_auth_methods_supported
    return !methods || methods.includes('client_secret_basic') ? basic(as, ...rest) : post(as, ...rest)
  }

  return {
    async begin() {
      const config = await configuration()
      const trip = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        state: trip.state,
        nonce: trip.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(trip.verifier),
        code_challenge_method: 'S256',
      })
      return { url: url.href, trip }
    },
    async end(search, { state, nonce, verifier }) {
      const config = await configuration()
      try {
        const tokens = await oidc.authorizationCodeGrant(config, new URL(redirectUri + search), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()!
        // Some tell the address in the token, the others where the token is shown.
        const asks = claims.email === undefined && config.serverMetadata().userinfo_endpoint !== undefined
        const told = asks ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub) : claims
        return { issuer: claims.iss, subject: claims.sub, email: told.email, emailVerified: told.email_verified === true, name: told.name }
      } catch (cause) {
        throw isNetworkError(cause)
          ? new OidcUnavailable('The provider does not answer.', { cause })
          : new OidcRefused('The provider did not vouch for anybody.', { cause })
      }
    },
  }
}

/** `fetch` failed, or took too long. */
const isNetworkError = (error: unknown): boolean =>
  error instanceof TypeError
    ? error.message === 'fetch failed'
    : error instanceof Error && (error as { code?: string }).code === 'OAUTH_TIMEOUT'

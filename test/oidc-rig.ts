import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { type ApiServer, startApi } from './api-server.ts'

/** What the provider says of the person who signs in next. */
export interface Account {
  sub: string
  email?: string
  email_verified?: boolean
  name?: string
}

/** The API with a real OpenID Connect provider beside it, on ports of their own. */
export interface OidcRig extends AsyncDisposable {
  api: ApiServer
  issuer: string
  /** Who signs in at the provider from now on; null: he declines. */
  next(account: Account | null): void
  /** A browser without cookies. */
  browser(): Browser
}

/** Keeps cookies per site and follows no redirect by itself. */
export interface Browser {
  get(url: string): Promise<{ status: number; location: string | null }>
  /** Goes on until the way leads back to a page of the dashboard; gives its path and query. */
  signIn(from?: string): Promise<string>
  /** Goes on until the provider sends the browser back; gives the address that it would open. */
  toCallback(): Promise<string>
  cookies: Map<string, string>
}

const CLIENT = { clientId: 'docket', clientSecret: 'the secret of the client' }

export async function startOidc(options: { authMethod?: string } = {}): Promise<OidcRig> {
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = () => {}
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = await startApi({ oidc: { issuer, ...CLIENT, name: 'Example ID' } })
  let account: Account | null = null
  handle = createHandler(issuer, api, () => account, options)
  return {
    api,
    issuer,
    next(who) {
      account = who
    },
    browser: () => createBrowser(api),
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]()
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function createHandler(
  issuer: string,
  api: ApiServer,
  who: () => Account | null,
  { authMethod = 'client_secret_basic' }: { authMethod?: string },
) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [`${api.url}/auth/oidc/callback`],
        token_endpoint_auth_method: authMethod,
      },
    ],
    clientAuthMethods: [authMethod],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'test' }] },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // The address is told only to who asks for it with the token.
    conformIdTokenClaims: authMethod === 'client_secret_post',
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ ...who(), sub: id }) }),
  })
  const serve = provider.callback()
  return async (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return serve(request, response)
    const { params } = await provider.interactionDetails(request, response)
    const account = who()
    if (!account) return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'declined' })
    const grant = new provider.Grant({ accountId: account.sub, clientId: params.client_id })
    grant.addOIDCScope('openid email profile')
    return provider.interactionFinished(request, response, { login: { accountId: account.sub }, consent: { grantId: await grant.save() } })
  }
}

function createBrowser(api: ApiServer): Browser {
  // By site and name, as every cookie here has the path / or is asked for by its own path only.
  const jar = new Map<string, Map<string, string>>()
  const cookiesOf = (url: string) => {
    const { host } = new URL(url)
    const cookies = jar.get(host) ?? new Map<string, string>()
    jar.set(host, cookies)
    return cookies
  }
  const get = async (url: string) => {
    const cookies = cookiesOf(url)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    await response.arrayBuffer()
    for (const set of response.headers.getSetCookie()) {
      const [pair = ''] = set.split(';', 1)
      const at = pair.indexOf('=')
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(set)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = response.headers.get('location')
    return { status: response.status, location: location && new URL(location, url).href }
  }
  const follow = async (from: string, until: (url: string) => boolean): Promise<string> => {
    let url = from
    for (let hops = 0; hops < 10; hops++) {
      const { status, location } = await get(url)
      if (!location) throw new Error(`${url} answers ${status} and leads nowhere`)
      if (until(location)) return location
      url = location
    }
    throw new Error(`${url} leads in circles`)
  }
  const isOurs = (url: string) => url.startsWith(`${api.url}/`)
  return {
    get,
    async signIn(from = '/auth/oidc') {
      const page = await follow(api.url + from, (url) => isOurs(url) && !url.startsWith(`${api.url}/auth/`))
      return page.slice(api.url.length)
    },
    toCallback: () => follow(`${api.url}/auth/oidc`, (url) => url.startsWith(`${api.url}/auth/oidc/callback`)),
    get cookies() {
      return cookiesOf(api.url)
    },
  }
}

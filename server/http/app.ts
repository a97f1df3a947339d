import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createAuthenticator } from '../auth/authenticate.ts'
import { createSessionCookie } from '../auth/cookie.ts'
import { createOidcSignIn } from '../auth/oidc.ts'
import type { OidcSettings } from '../auth/oidc-provider.ts'
import { createSignIn } from '../auth/sign-in.ts'
import { createSignInLimits } from '../auth/sign-in-limits.ts'
import type { EgressRules } from '../domain/egress.ts'
import { createReceiptTokens } from '../domain/receipt.ts'
import type { Services } from '../graphql/context.ts'
import { createLoaders } from '../graphql/loaders.ts'
import { createWaitingRoom } from '../graphql/waiting-room.ts'
import type { Live } from '../live/live.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import { createPasswords } from '../store/passwords.ts'
import { receiptKeyOf } from '../store/receipt-key.ts'
import { HttpRefusal, refusalOf, refuse } from './answer.ts'
import { createAuditEndpoints } from './audit.ts'
import { echo } from './echo.ts'
import { createGateway, type Forward, GATEWAY } from './gateway.ts'
import { createGraphqlEndpoint } from './graphql.ts'
import { livez, readyz } from './health.ts'
import { createRateLimit } from './rate-limit.ts'
import { answerReceiptKey, createReceiptEndpoint } from './receipt.ts'
import { createSecurityHeaders } from './security-headers.ts'
import { createDashboard } from './static.ts'
import { createSocketEndpoint } from './websocket.ts'

const DASHBOARD = fileURLToPath(new URL('../../web/dist', import.meta.url))
const RECEIPT_MISSES_PER_MINUTE = 60

export interface AppConfig {
  /** Address of this server for people and receipts, without a trailing slash. */
  publicUrl: string
  /** Receipt tokens are derived from it. */
  secretKey: string
  /** The one before, while it is being changed: its receipt tokens are read too. */
  previousSecretKey?: string | undefined
  headerPrefix: string
  /** Where requests may go: what is saved is judged by it. */
  egress: EgressRules
  /** How many callers may wait for the end of a run at a time. Default 500. */
  waitingMost?: number | undefined
  /** The OpenID Connect provider by which members may sign in. */
  oidc?: OidcSettings | undefined
}

export interface AppOptions {
  db: Database
  live: Live
  config: AppConfig
  log: Log
  /** How the gateway reaches services. */
  forward: Forward
}

export interface App {
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** The server is about to stop: it is not ready any more, and the echo answers at once. All else goes on. */
  retire(): void
  /** Closes the WebSockets; who waits for a run is answered at once. Requests go on being answered: closing the port is the caller's. */
  close(): Promise<void>
}

/** Everything that answers on the port: GraphQL, WebSocket, sign-in, receipts, echo, gateway, health, dashboard. */
export function createApp({ db, live, config, log, forward }: AppOptions): App {
  const { publicUrl, secretKey, previousSecretKey, headerPrefix, egress, waitingMost, oidc } = config
  const loaders = createLoaders(db)
  const waitingRoom = createWaitingRoom({ db, live, loaders }, waitingMost)
  const passwords = createPasswords()
  const limits = createSignInLimits()
  const services: Services = {
    db,
    live,
    log,
    publicUrl,
    headerPrefix,
    egress,
    loaders,
    waitingRoom,
    passwords,
    guesses: limits,
    oidcName: oidc?.name,
    receipts: createReceiptTokens(secretKey, previousSecretKey),
    receiptMisses: createRateLimit(RECEIPT_MISSES_PER_MINUTE, 60_000),
  }
  const cookie = createSessionCookie(publicUrl)
  const authenticator = createAuthenticator(db, cookie, publicUrl)
  const dashboard = createDashboard(DASHBOARD)
  const secure = createSecurityHeaders(publicUrl, dashboard.inlineScripts)
  const graphql = createGraphqlEndpoint(services, authenticator)
  const sockets = createSocketEndpoint(services, authenticator)
  const receiptKey = receiptKeyOf(db)
  const receipt = createReceiptEndpoint(services, dashboard, receiptKey)
  const signIns = createSignIn({ db, cookie, authenticator, passwords, limits, publicUrl })
  const oidcSignIn = createOidcSignIn({ db, cookie, limits, publicUrl, settings: oidc, log })
  const audit = createAuditEndpoints(db, authenticator)
  const ending = new AbortController()
  const gateway = createGateway({
    sql: db.pool,
    forward,
    headerPrefix,
    publicUrl,
    sessionCookies: [cookie.name, oidcSignIn.cookieName],
    ending: ending.signal,
  })

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = URL.parse(request.url ?? '/', 'http://docket')
    if (!url) throw new HttpRefusal(400, 'The address is not valid.')
    const ip = request.socket.remoteAddress ?? ''
    const path = url.pathname
    if (path === '/graphql') return graphql(request, response, ip)
    if (path === '/echo') return echo(request, response, { url, headerPrefix, ending: ending.signal })
    if (path.startsWith(GATEWAY)) return gateway(request, response, url, ip)
    if (path.startsWith('/r/')) return receipt(request, response, path.slice('/r/'.length), ip)
    if (path === '/.well-known/docket-receipt-key') return answerReceiptKey(request, response, receiptKey)
    if (path === '/audit/anchor') return audit.anchor(request, response)
    if (path === '/audit/export') return audit.export(request, response, url, ip)
    if (path === '/livez') return livez(response)
    if (path === '/readyz') return readyz(response, db, ending.signal.aborted)
    if (path.startsWith('/auth/')) {
      const isGet = request.method === 'GET'
      if (isGet && path === '/auth/oidc') return oidcSignIn.begin(request, response, url)
      if (isGet && path === '/auth/oidc/callback') return oidcSignIn.end(request, response, url, ip)
      if (request.method !== 'POST') throw new HttpRefusal(405, 'Send it by POST.')
      if (path === '/auth/sign-in') return signIns.signIn(request, response, ip)
      if (path === '/auth/accept-invite') return signIns.acceptInvite(request, response, ip)
      if (path === '/auth/sign-out') return signIns.signOut(request, response, ip)
      throw new HttpRefusal(404, 'There is nothing here.', 'NOT_FOUND')
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new HttpRefusal(405, 'The dashboard can only be read.')
    dashboard.serve(request, response)
  }

  return {
    handleRequest(request, response) {
      secure(response)
      route(request, response).catch((error: unknown) => fail(response, error, log))
    },
    handleUpgrade(request, socket, head) {
      const path = request.url?.split('?', 1)[0]
      if (path === '/graphql') sockets.upgrade(request, socket, head)
      else if (path?.startsWith(GATEWAY)) socket.end('HTTP/1.1 501 Not Implemented\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
      else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    },
    retire: () => ending.abort(),
    async close() {
      ending.abort()
      waitingRoom.close()
      await sockets.close()
    },
  }
}

/** Answers what a route threw: expected refusals as they are, anything else as INTERNAL under an id that the log knows. */
function fail(response: ServerResponse, error: unknown, log: Log): void {
  const refusal = refusalOf(error)
  if (response.headersSent) {
    log.error({ err: error }, 'unexpected error in the middle of an answer')
    response.destroy()
  } else if (refusal) {
    if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer')
    if (refusal.status === 413) response.setHeader('connection', 'close')
    refuse(response, refusal.status, refusal.code, refusal.message, refusal.field)
  } else {
    const errorId = crypto.randomUUID()
    log.error({ err: error, errorId }, 'unexpected error')
    refuse(response, 500, 'INTERNAL', `Something went wrong on our side. Report it with the error id ${errorId}.`)
  }
}

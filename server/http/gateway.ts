import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { inboundHeaders, outboundHeaders } from '../domain/gateway-headers.ts'
import type { Sql } from '../store/database.ts'
import { findGateway } from '../store/find-gateway.ts'
import { answerJson, HttpRefusal } from './answer.ts'

/** The way out, which is delivery's. Never rejects. */
export type Forward = (
  request: { url: string; method: string; headers: string[]; body: Readable | null },
  signal: AbortSignal,
) => Promise<{ status: number; headers: readonly string[]; body: Readable } | { failed: { status: number; code: string; message: string } }>

export interface GatewayOptions {
  sql: Sql
  forward: Forward
  headerPrefix: string
  publicUrl: string
  /** Names of the cookies that sign in to Docket. */
  sessionCookies: readonly string[]
  /** Aborts when the server stops. */
  ending: AbortSignal
}

export const GATEWAY = '/gateway/'

/** One deadline for the whole exchange. */
const DEADLINE_MS = 120_000
/** For what is under way when the server stops. */
const STOP_MS = 10_000
/**
 * What a service answers is shown under Docket's own address. The sandbox gives a page from there an origin of its own, so that its scripts
 * cannot act in the name of who is signed in to Docket.
 */
const SANDBOX = 'sandbox allow-downloads allow-forms allow-modals allow-popups allow-scripts'

/**
 * `ANY /gateway/{serviceName}/*`: passes a request on to a service without the headers that only Docket may set, so that behind it they prove
 * who sent them. Both bodies are streamed; a caller that goes away ends the request to the service.
 */
export function createGateway(options: GatewayOptions) {
  const { sql, forward, headerPrefix, publicUrl, sessionCookies, ending } = options
  const protocol = publicUrl.startsWith('https:') ? 'https' : 'http'

  /** @param url as it was asked for, in normal form: no dot segments */
  return async (request: IncomingMessage, response: ServerResponse, url: URL, ip: string): Promise<void> => {
    const { name, rest } = splitPath(url.pathname)
    const baseUrl = name === undefined ? undefined : await findGateway(sql, name)
    if (baseUrl === undefined) throw new HttpRefusal(404, 'There is no service of this name behind the gateway.', 'NOT_FOUND')

    const over = new AbortController()
    const end = (reason: Error) => over.abort(reason)
    const late = () => end(Object.assign(new Error('No complete answer in time.'), { code: 'TIMEOUT' }))
    const deadline = setTimeout(late, DEADLINE_MS)
    const stop = () => setTimeout(late, STOP_MS).unref()
    ending.addEventListener('abort', stop, { once: true })
    const gone = () => end(new Error('The caller has gone.'))
    response.once('close', gone)
    try {
      const headers = inboundHeaders(request.rawHeaders, { prefix: headerPrefix, ip, protocol, sessionCookies })
      const answer = await forward(
        { url: new URL(baseUrl + rest + url.search).href, method: request.method!, headers, body: hasBody(request) ? request : null },
        over.signal,
      )
      if ('failed' in answer) return fail(response, answer.failed)
      for (const name of response.getHeaderNames()) response.removeHeader(name)
      for (const [name, value] of outboundHeaders(answer.headers, sessionCookies)) response.appendHeader(name, value)
      response.appendHeader('content-security-policy', SANDBOX)
      response.writeHead(answer.status)
      // A service that sends its first part late is heard of at once.
      response.flushHeaders()
      // Its end, whatever it is, is the end of the answer: there is no other way to tell the caller.
      await pipeline(answer.body, response).catch(() => response.destroy())
    } finally {
      clearTimeout(deadline)
      ending.removeEventListener('abort', stop)
      response.off('close', gone)
    }
  }
}

function splitPath(pathname: string): { name: string | undefined; rest: string } {
  const slash = pathname.indexOf('/', GATEWAY.length)
  const segment = slash < 0 ? pathname.slice(GATEWAY.length) : pathname.slice(GATEWAY.length, slash)
  return { name: decoded(segment), rest: slash < 0 ? '' : pathname.slice(slash) }
}

function decoded(segment: string): string | undefined {
  try {
    const name = decodeURIComponent(segment)
    // PostgreSQL's text cannot hold it, so no name does.
    return name === '' || name.includes('\0') ? undefined : name
  } catch {
    return undefined
  }
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] !== undefined && headers['content-length'] !== '0')

function fail(response: ServerResponse, { status, code, message }: { status: number; code: string; message: string }): void {
  if (!response.destroyed) answerJson(response, status, { errors: [{ message, extensions: { code } }] })
}

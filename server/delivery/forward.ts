import type { Readable } from 'node:stream'
import { Agent, type Dispatcher } from 'undici'
import { type Failure, failureOf } from './failure.ts'
import type { Guard } from './guard.ts'
import { splitUrl } from './request.ts'

export interface ForwardRequest {
  /** In normal form. */
  url: string
  method: string
  /** Names and values in turn. */
  headers: string[]
  /** Null for none. */
  body: Readable | null
}

export type Forwarded =
  | { status: number; headers: readonly string[]; body: Readable }
  /** No answer: 504 when it took too long, else 502. */
  | { failed: { status: 502 | 504; code: string; message: string } }

/** Passes on what others send, through the guard and as it is: no redirect is followed, nothing is inflated, bodies are streamed. */
export interface Forwarder {
  /** @param signal ends it, also in the middle of a body. Never rejects. */
  forward(request: ForwardRequest, signal: AbortSignal): Promise<Forwarded>
  close(): Promise<void>
}

const CONNECTIONS_PER_ORIGIN = 64
const TOO_LONG = new Set<Failure['code']>(['TIMEOUT', 'CONNECT_TIMEOUT', 'DNS_TIMEOUT'])

export function createForwarder({ guard }: { guard: Guard }): Forwarder {
  const agent = new Agent({
    connect: ({ protocol, host }, done) => {
      try {
        guard.open(guard.admit(`${protocol}//${host}`, false), (error, socket) => (error ? done(error, null) : done(null, socket!)))
      } catch (error) {
        done(error as Error, null)
      }
    },
    connections: CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    // The caller's deadline is over all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    async forward({ url, method, headers, body }, signal) {
      try {
        const { origin, path } = splitUrl(url)
        const answer = await agent.request({
          origin,
          path,
          method: method as Dispatcher.HttpMethod,
          headers,
          body,
          signal,
          responseHeaders: 'raw',
        })
        return { status: answer.statusCode, headers: answer.headers as unknown as string[], body: answer.body }
      } catch (error) {
        const { code, message } = failureOf(error as Error, true)
        return { failed: { status: TOO_LONG.has(code) ? 504 : 502, code, message } }
      }
    },
    close: () => agent.destroy(),
  }
}

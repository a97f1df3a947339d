import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { type Client, createClient } from 'graphql-ws'
import { DocketApiError, fromGraphql, type GraphqlFailure } from './errors.ts'
import { createInbox } from './inbox.ts'
import { textOf } from './transport.ts'

/** One run of a subscription over the shared socket. It ends when the server completes it; it throws when the socket goes. */
export type Subscribe = <Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
) => AsyncGenerator<Data, void, void>

/** The socket closed, the server is stopping, or this side fell behind: subscribe again from the last cursor. Never leaves the SDK. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

export type SocketOptions = {
  /** Address of `/graphql`, http or https. */
  endpoint: string
  token: string | undefined
  /** WebSocket class; default is the global one, else that of the package `ws`. */
  webSocketImpl: unknown
}

/** A connection that was cut without a word shows only by a missing answer. */
const PING_EVERY_MS = 20_000
const PONG_WITHIN_MS = 10_000
/** Close codes that another try cannot mend. */
const FINAL_CLOSE_CODES: Readonly<Record<number, readonly [code: string, message: string]>> = {
  4400: ['BAD_RESPONSE', 'The server does not understand this client.'],
  4401: ['UNAUTHENTICATED', 'The server refuses the token or the session.'],
  4403: ['UNAUTHENTICATED', 'The server refuses the token or the session.'],
  4406: ['BAD_RESPONSE', 'The server does not speak graphql-transport-ws.'],
  4429: ['RATE_LIMITED', 'This token or session has too many connections open.'],
}

export type Socket = {
  subscribe: Subscribe
  /** Aborts with `close`. */
  closed: AbortSignal
  /** Ends all subscriptions, for good. */
  close(): Promise<void>
}

/** A lazily opened graphql-ws connection that all subscriptions of one client share; it closes with the last of them. */
export function createSocket(options: SocketOptions): Socket {
  const closing = new AbortController()
  let client: Promise<Client> | undefined
  return {
    closed: closing.signal,
    async *subscribe(document, variables, signal) {
      client ??= openClient(options)
      const inbox = createInbox<never>()
      const unsubscribe = (await client).subscribe(
        { query: textOf(document), variables: variables as Record<string, unknown> },
        {
          next(message) {
            if (message.errors) inbox.end(fromGraphql(message.errors))
            else if (!inbox.put(message.data as never)) inbox.end(new Interrupted('The consumer is behind.'))
          },
          error: (reason) => inbox.end(failure(reason)),
          complete: () => inbox.end(),
        },
      )
      try {
        yield* inbox.take(signal)
      } finally {
        unsubscribe()
      }
    },
    async close() {
      closing.abort()
      await (await client)?.dispose()
    },
  }
}

async function openClient({ endpoint, token, webSocketImpl }: SocketOptions): Promise<Client> {
  let deadline: ReturnType<typeof setTimeout> | undefined
  const client: Client = createClient({
    url: endpoint.replace(/^http/, 'ws'),
    webSocketImpl: webSocketImpl ?? globalThis.WebSocket ?? (await webSocketOfNode()),
    ...(token ? { connectionParams: { authorization: `Bearer ${token}` } } : {}),
    // Trying again belongs to the caller, who knows the cursor; graphql-ws would repeat the first one.
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: {
      ping(received) {
        if (!received) deadline = setTimeout(() => client.terminate(), PONG_WITHIN_MS)
      },
      pong(received) {
        if (received) clearTimeout(deadline)
      },
      closed: () => clearTimeout(deadline),
    },
  })
  return client
}

async function webSocketOfNode(): Promise<unknown> {
  const { WebSocket } = await import('ws').catch((cause: unknown) => {
    throw new DocketApiError('NOT_SUPPORTED', 'This runtime has no WebSocket: pass webSocketImpl.', undefined, { cause })
  })
  return WebSocket
}

/** graphql-ws reports three things in one place: GraphQL errors (an array), a close event, or an error of the socket. */
function failure(reason: unknown): Error {
  if (Array.isArray(reason)) return fromGraphql(reason as GraphqlFailure[])
  const { code } = reason as { code?: unknown }
  const final = typeof code === 'number' ? FINAL_CLOSE_CODES[code] : undefined
  return final ? new DocketApiError(...final, undefined, { cause: reason }) : new Interrupted('The socket closed.', { cause: reason })
}

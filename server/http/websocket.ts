import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GraphQLError } from 'graphql'
import { handleProtocols, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Authenticator, bearerOf } from '../auth/authenticate.ts'
import { isSameSite } from '../auth/origin.ts'
import type { Credential, Viewer } from '../auth/viewer.ts'
import type { Context, Services } from '../graphql/context.ts'
import { createDocuments } from '../graphql/document.ts'
import { presentError } from '../graphql/errors.ts'
import { executeWithin, presentResult } from '../graphql/execute.ts'
import { schema } from '../graphql/schema.ts'
import { startSubscription } from '../graphql/subscribe.ts'
import { closeSoon } from './close-socket.ts'
import { singleResult } from './single-result.ts'
import { createSocketAccess } from './socket-access.ts'

const MESSAGE_BYTES = 64 * 1024
const SOCKETS_MAX = 1_000
const SUBSCRIPTIONS_MAX = 20
/** Half-open connections are found after two of these. */
const PING_MS = 12_000

export interface SocketEndpoint {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Tells every client that the server goes away, and waits until they are gone. */
  close(): Promise<void>
}

interface Extra {
  socket: WebSocket
  request: IncomingMessage
  ip: string
  viewer: Viewer | null
}

type Params = { authorization?: unknown; token?: unknown; anonymous?: unknown }

/** graphql-ws on `/graphql` (docs/protocol.md). */
export function createSocketEndpoint(services: Services, authenticator: Authenticator): SocketEndpoint {
  const { log } = services
  const documents = createDocuments(schema)
  const access = createSocketAccess(services, authenticator)
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (all) => handleProtocols(all),
  })

  const server = makeServer<Params, Extra>({
    async onConnect({ connectionParams, extra }) {
      const credential = credentialOf(connectionParams, extra.request)
      extra.viewer = credential ? await authenticator.ofCredential(credential) : null
      if (credential && !extra.viewer) await authenticator.noteRefused(credential, extra.ip)
      // A cookie whose session has ended is no more than no cookie; a wrong token is a mistake worth hearing of.
      if (credential?.kind === 'TOKEN' && !extra.viewer) return false
      if (extra.viewer && !access.enter(extra.socket, extra.viewer)) closeSoon(extra.socket, 4429, 'Too many sockets for this sign-in')
      return true
    },
    async onSubscribe({ extra, subscriptions }, _, { query, operationName, variables }) {
      if (Object.keys(subscriptions).length > SUBSCRIPTIONS_MAX) {
        return [refused('RATE_LIMITED', `A socket carries at most ${SUBSCRIPTIONS_MAX} operations at a time.`)]
      }
      const { viewer, ip, socket } = extra
      try {
        if (viewer && !(await access.refresh(socket, viewer))) {
          await authenticator.noteRefused(viewer.credential, ip)
          return [refused('UNAUTHENTICATED', 'The sign-in has ended, or stands for another project.')]
        }
      } catch (error) {
        return [presentError(error, log)]
      }
      const { document, errors } = documents(query, viewer !== null)
      if (errors) return errors.map((error) => presentError(error, log))
      const onStalled = () => {
        log.info({ ip }, 'a subscriber does not keep up')
        closeSoon(socket, 4013, 'Slow consumer')
      }
      const contextValue: Context = { ...services, viewer, ip, onStalled }
      return { schema, document, operationName, variableValues: variables, contextValue }
    },
    execute: (args) => singleResult((gone) => executeWithin({ ...args, contextValue: { ...(args.contextValue as Context), gone } }, log)),
    subscribe: async (args) => {
      const result = await startSubscription(args)
      return 'next' in result ? result : presentResult(result, log)
    },
    onNext: (_, __, ___, ____, result) => (result.errors ? presentResult(result, log) : undefined) as never,
    onError: (_, __, ___, errors) => errors.map((error) => presentError(error, log).toJSON()),
  })

  function credentialOf(params: Params | undefined, request: IncomingMessage): Credential | undefined {
    const { authorization, token, anonymous } = params ?? {}
    // A browser sends its cookie with every upgrade; the page of a receipt asks that it be overlooked.
    if (anonymous === true) return undefined
    if (typeof authorization === 'string') return { kind: 'TOKEN', token: bearerOf(authorization) ?? '' }
    if (typeof token === 'string') return { kind: 'TOKEN', token }
    return authenticator.cookieOf(request)
  }

  function accept(socket: WebSocket, request: IncomingMessage): void {
    const extra: Extra = { socket, request, ip: request.socket.remoteAddress ?? '', viewer: null }
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) resolve()
            else socket.send(data, (error) => (error ? reject(error) : resolve()))
          }),
        close: (code, reason) => closeSoon(socket, code, reason),
        onMessage: (take) => {
          socket.on('message', (data) => take(String(data)).catch((error: Error) => fail(socket, error)))
        },
      },
      extra,
    )
    const ping = setInterval(() => {
      if (!alive) return socket.terminate()
      alive = false
      socket.ping()
    }, PING_MS)
    let alive = true
    socket.on('pong', () => {
      alive = true
    })
    // `close` follows and does the rest.
    socket.on('error', (error) => log.debug({ err: error }, 'socket error'))
    socket.once('close', (code, reason) => {
      clearInterval(ping)
      access.leave(socket)
      closed(code, String(reason)).catch((error: Error) => log.error({ err: error }, 'a subscription did not end cleanly'))
    })
  }

  function fail(socket: WebSocket, error: Error): void {
    if (socket.readyState !== socket.OPEN) return
    log.warn({ err: error }, 'a socket message could not be handled')
    closeSoon(socket, 4400, 'Invalid message')
  }

  return {
    upgrade(request, socket, head) {
      if (!isSameSite(request, services.publicUrl)) return refuseUpgrade(socket, '403 Forbidden')
      if (wss.clients.size >= SOCKETS_MAX) return refuseUpgrade(socket, '503 Service Unavailable')
      wss.handleUpgrade(request, socket, head, (client) => accept(client, request))
    },
    async close() {
      access.close()
      const gone = [...wss.clients].map((client) => new Promise((resolve) => client.once('close', resolve)))
      for (const client of wss.clients) closeSoon(client, 1001, 'Going away')
      await Promise.all(gone)
      wss.close()
    },
  }
}

const refused = (code: string, message: string) => new GraphQLError(message, { extensions: { code } })

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.once('error', () => {})
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { portHolder } from './port-holder.ts'
import { errorCode, StartRefused } from './store/starting.ts'

/** What answers once the server is up. */
export type Application = {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** The one port: taken before anything else starts and given back after everything else ended. */
export type Door = {
  server: Server
  /** The address and port that are really open. */
  address: string
  port: number
  /** From now on the application answers; before, everything gets 503 `starting`. */
  open(application: Application): void
  /**
   * From now on everything gets 503 `stopping`. Waits for the requests in flight, then ends all connections, also WebSockets that the
   * application left open.
   *
   * @param hurry when it aborts, requests in flight are cut off
   */
  shut(hurry: AbortSignal): Promise<void>
  /** Gives the port back. */
  close(): Promise<void>
}

/** A request that is not in within this time is not coming; Node's own default of 300 s lets a slow sender hold a connection. */
const REQUEST_LIMIT_MS = 60_000

/**
 * Takes the port.
 *
 * @param port 0 for any free one
 * @throws StartRefused that says who holds it
 */
export async function openDoor({ host, port }: { host: string; port: number }): Promise<Door> {
  let application: Application | undefined
  let state = 'starting'
  const sockets = new Set<Socket>()
  let inFlight = 0
  let idle: (() => void) | undefined

  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    inFlight += 1
    response.once('close', () => {
      inFlight -= 1
      if (inFlight === 0) idle?.()
    })
    if (application) application.request(request, response)
    else unavailable(response, state)
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    if (application) application.upgrade(request, socket, head)
    else socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n\r\n')
  })
  await listen(server, host, port)
  const { address, port: opened } = server.address() as AddressInfo

  return {
    server,
    address,
    port: opened,
    open(next) {
      application = next
    },
    async shut(hurry) {
      application = undefined
      state = 'stopping'
      await new Promise<void>((resolve) => {
        if (inFlight === 0 || hurry.aborted) return resolve()
        idle = resolve
        hurry.addEventListener('abort', () => resolve(), { once: true })
      })
      for (const socket of sockets) socket.destroy()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

function unavailable(response: ServerResponse, state: string): void {
  const body = JSON.stringify({ status: state })
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1', connection: 'close' }).end(body)
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(refused(error, host, port)))
    server.listen({ host, port }, () => resolve())
  })
}

function refused(error: Error, host: string, port: number): Error {
  switch (errorCode(error)) {
    case 'EADDRINUSE': {
      const { pid, words } = portHolder(port)
      const stop = pid === undefined ? 'Stop it' : `Stop it (kill ${pid})`
      return new StartRefused(
        `Port ${port} on ${host} is held by ${words}. ${stop}, or set PORT to a free one: PORT=${port + 1} npm start.`,
      )
    }
    case 'EACCES':
      return new StartRefused(`This user may not listen on port ${port}. Set PORT to one above 1023.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartRefused(`${host} is not an address of this machine. Set HOST to one that is, such as 127.0.0.1 or 0.0.0.0.`)
    default:
      return error
  }
}

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'

/** A target that need not be an HTTP server. */
export interface RawTarget extends AsyncDisposable {
  /** `http://<host>:<port>/`, or https. */
  url: string
  port: number
  /** Connections so far. */
  readonly accepted: number
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>
}

/** Does with each connection what `serve` says; by TLS with `tls`. Default of `at`: 127.0.0.1, any free port. */
export async function startRaw(
  serve: (socket: Socket) => void,
  { tls, at = { host: '127.0.0.1', port: 0 } }: { tls?: TlsOptions; at?: { host: string; port: number } } = {},
): Promise<RawTarget> {
  const sockets = new Set<Socket>()
  let accepted = 0
  const take = (socket: Socket) => {
    socket.on('error', () => {})
    serve(socket)
  }
  const server: Server = tls ? createTlsServer(tls, take) : createServer(take)
  server.on('connection', (socket: Socket) => {
    accepted += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(at.port, at.host, 1024, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls ? 'https' : 'http'}://${at.host}:${port}/`,
    port,
    get accepted() {
      return accepted
    },
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy whose connections can be cut without a word, as a network does. */
export interface CuttableProxy extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string
  /** Breaks every connection that is open and gives their number; new ones are accepted. */
  cut(): number
  close(): Promise<void>
}

/** Starts a proxy in front of a server on 127.0.0.1. */
export async function startCuttableProxy(port: number): Promise<CuttableProxy> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    open.add(near)
    near.pipe(far)
    far.pipe(near)
    const end = () => {
      open.delete(near)
      near.destroy()
      far.destroy()
    }
    for (const socket of [near, far]) socket.on('close', end).on('error', end)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const cut = () => {
    const count = open.size
    for (const socket of open) socket.resetAndDestroy()
    return count
  }
  const close = () =>
    new Promise<void>((closed) => {
      server.close(() => closed())
      cut()
    })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close,
    [Symbol.asyncDispose]: close,
  }
}

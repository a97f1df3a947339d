import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Listens and then does nothing at all, so that nobody takes connections out of its queue. */
const DEAF = `
const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`
/** A connection on this machine is open at once, or never. */
const OPEN_MS = 300

/** A port that answers no SYN: the queue of its listener is full. */
export async function startDeafPort(): Promise<{ port: number } & AsyncDisposable> {
  const child = spawn(process.execPath, ['-e', DEAF], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const port = Number(printed)
  const held: Socket[] = []
  for (let full = false; !full; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    held.push(socket)
    full = await Promise.race([
      once(socket, 'connect').then(() => false),
      new Promise<boolean>((resolve) => setTimeout(resolve, OPEN_MS, true)),
    ])
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const socket of held) socket.destroy()
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

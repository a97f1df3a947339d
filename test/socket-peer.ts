import assert from 'node:assert/strict'
import { once } from 'node:events'
import { WebSocket } from 'ws'

/** A message of graphql-transport-ws. */
export interface Message {
  id?: string
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  payload?: any
}

export interface PeerOptions {
  origin?: string
  cookie?: string
  protocol?: string
}

/** A socket that speaks graphql-transport-ws by hand, so that every message can be looked at. */
export class SocketPeer {
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  private readonly got: Message[] = []
  private waiting: (() => void) | undefined

  /** @param url of the server */
  constructor(url: string, options: PeerOptions = {}) {
    const headers: Record<string, string> = {}
    if (options.origin) headers.origin = options.origin
    if (options.cookie) headers.cookie = options.cookie
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, options.protocol ?? 'graphql-transport-ws', { headers })
    this.closed = new Promise((resolve) => this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })))
    this.socket.on('error', () => {})
    this.socket.on('message', (data) => {
      this.got.push(JSON.parse(String(data)))
      this.waiting?.()
    })
  }

  send(message: Message): void {
    this.socket.send(JSON.stringify(message))
  }

  async open(payload?: object): Promise<this> {
    await once(this.socket, 'open')
    this.send({ type: 'connection_init', payload })
    assert.equal((await this.next()).type, 'connection_ack')
    return this
  }

  subscribe(query: string, variables?: object, id = '1'): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } })
  }

  async next(): Promise<Message> {
    while (this.got.length === 0) {
      await new Promise<void>((resolve, reject) => {
        this.waiting = resolve
        void this.closed.then(({ code, reason }) => reject(new Error(`closed ${code} ${reason}`)))
      })
    }
    return this.got.shift()!
  }

  [Symbol.dispose](): void {
    this.socket.terminate()
  }
}

import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as it came in. */
export interface Arrival {
  method: string
  /** Path and query. */
  url: string
  headers: IncomingHttpHeaders
  /** Names and values in turn, in the order and case they were sent. */
  rawHeaders: string[]
  body: string
  /** Epoch ms at which the body was complete. */
  at: number
}

/** What to answer; left out: 200 with `{"ok":true}`. */
export interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: string | Buffer
  delayMs?: number
  /** Keeps the request open until `release()`. */
  hang?: boolean
  /** Breaks the connection instead of answering. */
  drop?: boolean
}

/** A real HTTP target. */
export interface Receiver extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; paths and queries go behind it. */
  url: string
  arrivals: Arrival[]
  /** Decides every answer from then on, before the query is looked at. */
  answer: ((arrival: Arrival) => Answer | undefined) | undefined
  /** Resolves with the arrivals that match as soon as there are `count` of them; rejects after `timeoutMs` and says what came instead. */
  arrived(count?: number, match?: (arrival: Arrival) => boolean, timeoutMs?: number): Promise<Arrival[]>
  /** Answers all requests that hang, and lets none hang after. */
  release(): void
  close(): Promise<void>
}

/**
 * Starts a target on a free port. A query steers its answer: `?status=503`, `?delay=200` (ms), `?hang=1`, `?drop=1`,
 * `?bytes=100000` (size of the answer), `?location=/x`, `?retry-after=2`.
 */
export async function startReceiver(): Promise<Receiver> {
  const hanging: (() => void)[] = []
  const watchers = new Set<() => void>()
  let released = false

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '/', headers, rawHeaders } = request
      const arrival: Arrival = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString(), at: Date.now() }
      receiver.arrivals.push(arrival)
      for (const watch of [...watchers]) watch()
      const answer = receiver.answer?.(arrival) ?? answerFromQuery(url)
      if (answer.hang && !released) hanging.push(() => reply(response, answer))
      else if (answer.delayMs) setTimeout(reply, answer.delayMs, response, answer)
      else reply(response, answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 1024, resolve))

  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals: [],
    answer: undefined,
    arrived(count = 1, match = () => true, timeoutMs = 15_000) {
      return new Promise((resolve, reject) => {
        const end = (finish: () => void) => {
          watchers.delete(look)
          clearTimeout(timer)
          finish()
        }
        const look = () => {
          const found = receiver.arrivals.filter(match)
          if (found.length >= count) end(() => resolve(found))
        }
        const timer = setTimeout(() => {
          const came = receiver.arrivals.map((arrival) => `${arrival.method} ${arrival.url}`).join(', ')
          end(() => reject(new Error(`Waited ${timeoutMs} ms for ${count} arrivals; came: ${came || 'nothing'}`)))
        }, timeoutMs)
        watchers.add(look)
        look()
      })
    },
    release() {
      released = true
      for (const resume of hanging.splice(0)) resume()
    },
    close() {
      return new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
    [Symbol.asyncDispose]: () => receiver.close(),
  }
  return receiver
}

function answerFromQuery(url: string): Answer {
  const query = new URL(url, 'http://receiver').searchParams
  const headers: Record<string, string> = {}
  if (query.has('location')) headers.location = query.get('location')!
  if (query.has('retry-after')) headers['retry-after'] = query.get('retry-after')!
  return {
    status: Number(query.get('status') ?? 200),
    delayMs: Number(query.get('delay') ?? 0),
    hang: query.has('hang'),
    drop: query.has('drop'),
    headers,
    body: query.has('bytes') ? 'x'.repeat(Number(query.get('bytes'))) : undefined,
  }
}

function reply(response: ServerResponse, { status = 200, headers, body = '{"ok":true}', drop }: Answer) {
  if (drop) {
    response.destroy()
    return
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(status === 204 || status === 304 ? undefined : body)
}

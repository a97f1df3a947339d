import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'

export interface Question {
  method?: string
  /** Sent exactly as they are named here. */
  headers?: Record<string, string | string[]>
  body?: string
}

/** Sends a request as `fetch` would not let it be; resolves when the answer begins. */
export function ask(url: string, { body, ...options }: Question = {}): Promise<IncomingMessage> {
  const sent = begin(url, options)
  sent.end(body)
  return answerTo(sent)
}

/** A request whose body is written by the caller. */
export const begin = (url: string, { method = 'GET', headers = {} }: Question = {}): ClientRequest =>
  request(url, { method, headers, agent: false })

export async function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  // The test itself may cut it off.
  sent.on('error', () => {})
  return response
}

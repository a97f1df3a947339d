import type { IncomingMessage, ServerResponse } from 'node:http'
import { maskHeaders } from '../domain/mask.ts'
import { answerJson, HttpRefusal } from './answer.ts'
import { readBody } from './body.ts'

const BODY_BYTES = 1024 * 1024
const DELAY_MAX_MS = 60_000

/**
 * `/echo`, a target to try Docket on: any method, answers what it got. Header values are masked but for the ones that Docket adds
 * (names with `headerPrefix`), since those are what one wants to see.
 * `?status=` (200–599, default 200) is the status of the answer, `?delay=` (ms, at most 60,000) how long it takes.
 * `ending` answers all that still wait at once.
 */
export async function echo(
  request: IncomingMessage,
  response: ServerResponse,
  { url, headerPrefix, ending }: { url: URL; headerPrefix: string; ending: AbortSignal },
): Promise<void> {
  const status = numberOf(url, 'status', 200, 200, 599)
  const delayMs = numberOf(url, 'delay', 0, 0, DELAY_MAX_MS)
  const at = new Date().toISOString()
  const body = (await readBody(request, BODY_BYTES)).toString()
  if (delayMs > 0) await pause(delayMs, response, ending)
  const got = request.headers as Record<string, string | string[]>
  const ours = Object.entries(got).filter(([name]) => name.startsWith(`${headerPrefix.toLowerCase()}-`))
  const headers = { ...maskHeaders(got), ...Object.fromEntries(ours) }
  // These statuses have no body by definition.
  if (status === 204 || status === 205 || status === 304) response.writeHead(status).end()
  else answerJson(response, status, { method: request.method, path: url.pathname + url.search, headers, body, at })
}

function numberOf({ searchParams }: URL, name: string, absent: number, min: number, max: number): number {
  const text = searchParams.get(name)
  if (text === null) return absent
  const value = /^\d{1,6}$/.test(text) ? Number(text) : -1
  if (value < min || value > max) throw new HttpRefusal(400, `${name} must be a whole number from ${min} to ${max}.`)
  return value
}

/** Ends early when nobody waits for the answer any more, or the server stops. */
function pause(ms: number, response: ServerResponse, ending: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      response.off('close', done)
      ending.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    response.once('close', done)
    ending.addEventListener('abort', done)
    if (ending.aborted) done()
  })
}

import { publicId } from '../domain/ids.ts'
import { type SigningKey, signatureOf } from '../domain/signing.ts'
import type { Running } from '../store/mark-running.ts'

/** A request as it goes out. */
export interface OutgoingRequest {
  /** `https://host:port`, without a path. */
  origin: string
  /** Path and query. */
  path: string
  method: string
  /** Names and values in turn. */
  headers: string[]
  body: string | null
}

export interface RequestOptions {
  /** Start of the names of the headers Docket adds, such as `X-Forte`. */
  headerPrefix: string
  /** UUID of the attempt; names the span of the trace. */
  attemptId: string
  userAgent: string
}

export interface AttemptRequestOptions extends RequestOptions {
  /** When the attempt is made: whole seconds since 1970, database time. */
  timestamp: number
  /** Each gives a signature. */
  keys: readonly SigningKey[]
}

/**
 * The request of one attempt (docs/protocol.md). The action's `own` headers come first and win over the defaults; the ones
 * that Docket vouches for cannot be among them, because they are refused when an action is saved.
 */
export function buildRequest(
  run: Running,
  own: Record<string, string> | null,
  { headerPrefix, attemptId, userAgent, timestamp, keys }: AttemptRequestOptions,
): OutgoingRequest {
  const { origin, path } = splitUrl(run.url)
  const invocation = publicId('invocation', run.id)
  const headers: string[] = []
  let named = false
  let typed = false
  for (const name in own) {
    if (name === 'user-agent') named = true
    else if (name === 'content-type') typed = true
    headers.push(name, own[name]!)
  }
  if (!typed && run.body !== null) headers.push('content-type', contentTypeOf(run.body))
  if (!named) headers.push('user-agent', userAgent)
  headers.push(
    `${headerPrefix}-Action-Id`,
    publicId('action', run.actionId),
    `${headerPrefix}-Action-Invocation-Id`,
    invocation,
    `${headerPrefix}-Trusted`,
    '1',
    `${headerPrefix}-Scheduled-For`,
    new Date(run.scheduledFor).toISOString(),
    `${headerPrefix}-Attempt`,
    String(run.attempt),
    'webhook-id',
    invocation,
    'webhook-timestamp',
    String(timestamp),
    'idempotency-key',
    invocation,
    'traceparent',
    traceParent(run.id, attemptId),
  )
  if (keys.length > 0) headers.push('webhook-signature', signatureOf(keys, { id: invocation, timestamp, body: run.body }))
  return { origin, path, method: run.method, headers, body: run.body }
}

/** Stored URLs are in normal form: the first slash after the authority begins the path. */
export function splitUrl(url: string): { origin: string; path: string } {
  const slash = url.indexOf('/', url.indexOf('//') + 2)
  return slash < 0 ? { origin: url, path: '/' } : { origin: url.slice(0, slash), path: url.slice(slash) }
}

/** W3C Trace Context: one trace per invocation, one span per attempt, both to be found again by their ids. Sampled. */
export const traceParent = (invocationId: string, attemptId: string) =>
  `00-${invocationId.replaceAll('-', '')}-${attemptId.slice(19, 23)}${attemptId.slice(24)}-01`

const JSON_START = /^\s*["[{\d\-tfn]/

function contentTypeOf(body: string): string {
  if (JSON_START.test(body)) {
    try {
      JSON.parse(body)
      return 'application/json'
    } catch {
      // Any other text.
    }
  }
  return 'text/plain;charset=utf-8'
}

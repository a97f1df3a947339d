import { callbackBody } from '../domain/callback.ts'
import { publicId } from '../domain/ids.ts'
import { secretsOf, secretsOfBody, secretsOfUrl } from '../domain/mask.ts'
import { type SigningKey, signatureOf } from '../domain/signing.ts'
import type { ClaimedCallback } from '../store/callback-claim.ts'
import { type OutgoingRequest, type RequestOptions, splitUrl, traceParent } from './request.ts'

export interface CallbackRequestOptions extends RequestOptions {
  /** What the run sent. */
  sent: { url: string; headers: Record<string, string> | null; body: string | null }
  receiptUrl: string | null
  /** Epoch s, database time. */
  timestamp: number
  /** To sign with: of the action's service, else of its project. */
  keys: readonly SigningKey[]
}

/** The request of one attempt of a callback (docs/protocol.md): the same id on each, a timestamp and signature of its own. */
export function buildCallbackRequest({ url, run }: ClaimedCallback, options: CallbackRequestOptions): OutgoingRequest {
  const { headerPrefix, attemptId, userAgent, receiptUrl, timestamp, keys, sent } = options
  const id = publicId('callback', run.id)
  const secrets = [...secretsOf(sent.headers), ...secretsOfUrl(sent.url), ...secretsOfBody(sent.body)]
  const body = callbackBody(run, { receiptUrl, secrets })
  const headers = [
    'content-type',
    'application/json',
    'user-agent',
    userAgent,
    `${headerPrefix}-Action-Invocation-Id`,
    publicId('invocation', run.id),
    'webhook-id',
    id,
    'webhook-timestamp',
    String(timestamp),
    ...(keys.length === 0 ? [] : ['webhook-signature', signatureOf(keys, { id, timestamp, body })]),
    'idempotency-key',
    id,
    'traceparent',
    traceParent(run.id, attemptId),
  ]
  return { ...splitUrl(url), method: 'POST', headers, body }
}

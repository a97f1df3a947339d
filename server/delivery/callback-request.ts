import { callbackBody } from '../domain/callback.ts'
import { publicId } from '../domain/ids.ts'
import { secretsOf } from '../domain/mask.ts'
import { type SigningKey, signatureOf } from '../domain/signing.ts'
import type { ClaimedCallback } from '../store/callback-claim.ts'
import { type OutgoingRequest, type RequestOptions, splitUrl, traceParent } from './request.ts'

export interface CallbackRequestOptions extends RequestOptions {
  /** What the run sent. */
  headers: Record<string, string> | null
  receiptUrl: string | null
  /** Epoch s, database time. */
  timestamp: number
  /** To sign with: of the action's service, else of its project. */
  keys: readonly SigningKey[]
}

/** The request of one attempt of a callback (docs/protocol.md): the same id and body on each, a timestamp and signature of its own. */
export function buildCallbackRequest({ url, run }: ClaimedCallback, options: CallbackRequestOptions): OutgoingRequest {
  const { headerPrefix, attemptId, userAgent, receiptUrl, timestamp, keys } = options
  const id = publicId('callback', run.id)
  const body = callbackBody(run, { receiptUrl, secrets: secretsOf(options.headers) })
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

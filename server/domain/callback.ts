import { publicId } from './ids.ts'
import type { InvocationStatus, StatusReason } from './lifecycle.ts'
import { maskBody, maskText } from './mask.ts'
import { recordOf } from './record.ts'
import { DEFAULT_RETRY_PLAN, type RetryPlan } from './retry.ts'

/** docs/protocol.md: a callback has a plan of its own, whatever the retries of the run. */
export const CALLBACK_PLAN: RetryPlan = DEFAULT_RETRY_PLAN
/** Attempts until it is given up, and as many more each time that someone asks for them. */
export const CALLBACK_ATTEMPTS = 8
/** One deadline for each attempt. */
export const CALLBACK_TIMEOUT_MS = 30_000

/** An invocation at its end, as it is stored. */
export interface EndedRun {
  /** UUIDs. */
  id: string
  actionId: string
  retryOfId: string | null
  actionName: string
  actionKey: string | null
  status: InvocationStatus
  statusReason: StatusReason | null
  trigger: string
  scheduledFor: Date | null
  runAt: Date
  startedAt: Date | null
  finishedAt: Date
  attemptCount: number
  responseCode: number | null
  /** Of the last attempt. */
  responseBody: string | null
  errorSource: string | null
  errorCode: string | null
  errorMessage: string | null
  recordType: string | null
  recordId: string | null
}

export interface Shown {
  /** Null: nobody can see it. */
  receiptUrl: string | null
  /** Values that must not be told, from `secretsOf`, `secretsOfUrl` and `secretsOfBody`. */
  secrets: readonly string[]
}

/**
 * The body of a callback: JSON with the names of the API, masked like a receipt. Attempts of one callback may differ in the name
 * and key of the action, which may be edited between them, and in the address of the receipt, which may be renewed, revoked or at its end.
 */
export function callbackBody(run: EndedRun, { receiptUrl, secrets }: Shown): string {
  const { startedAt, finishedAt, responseCode, errorSource, errorCode, errorMessage } = run
  const responseBody = run.responseBody === null ? null : maskBody(run.responseBody, secrets)
  const error = errorSource &&
    errorCode && {
      source: errorSource,
      code: errorCode,
      message: maskText(errorMessage ?? errorCode, secrets),
      responseCode,
      responseBody,
    }
  return JSON.stringify({
    id: publicId('invocation', run.id),
    action: { id: publicId('action', run.actionId), name: run.actionName, key: run.actionKey },
    status: run.status,
    statusReason: run.statusReason,
    trigger: run.trigger,
    scheduledFor: run.scheduledFor,
    runAt: run.runAt,
    startedAt,
    finishedAt,
    durationMs: startedAt && finishedAt.getTime() - startedAt.getTime(),
    attemptCount: run.attemptCount,
    responseCode,
    responseBody,
    error: error || null,
    record: recordOf(run),
    retryOf: run.retryOfId && publicId('invocation', run.retryOfId),
    receiptUrl,
  })
}

import { monotonic } from '../clock.ts'
import { CALLBACK_PLAN, CALLBACK_TIMEOUT_MS } from '../domain/callback.ts'
import { afterInterruption } from '../domain/interrupted.ts'
import { secretsOfUrl } from '../domain/mask.ts'
import { isReceiptOpen, versionOf } from '../domain/receipt-life.ts'
import { newId } from '../new-id.ts'
import { openHeaders } from '../store/action-headers.ts'
import type { ClaimedCallback } from '../store/callback-claim.ts'
import type { CallbackOutcome } from '../store/callback-settle.ts'
import { VaultError } from '../store/vault.ts'
import { buildCallbackRequest } from './callback-request.ts'
import { classify } from './classify.ts'
import type { DeliverOptions } from './deliver.ts'
import { recordOf, UNSEEN } from './record.ts'
import { createRedact } from './redact.ts'
import type { SendResult } from './send.ts'
import { createSigner } from './sign.ts'
import { UnsendableError, unsent } from './unsendable.ts'

export interface CallBackOptions extends DeliverOptions {
  /** Address of the receipt of an invocation (UUID) in a version; null where no public address is known. */
  receiptUrl(invocationId: string, version: number): string | null
}

/** `done` is called once, later, with what to write; gives back a function that calls it now, because Docket stops. */
export type CallBack = (callback: ClaimedCallback, done: (outcome: CallbackOutcome) => void) => () => void

/** Makes the function that makes one attempt of a callback. */
export function createCallBack({ sender, clock, owner, vault, receiptUrl, random = Math.random, ...named }: CallBackOptions): CallBack {
  const signer = createSigner(vault)
  const link = ({ id, ...run }: ClaimedCallback['run'], now: number) => {
    const version = versionOf(run.receipt)
    return isReceiptOpen(run, version, now) ? receiptUrl(id, version) : null
  }

  /** @throws VaultError */
  function send(callback: ClaimedCallback, attemptId: string, end: (result: SendResult) => void) {
    const { run } = callback
    const now = clock.now()
    const { keys, secrets } = signer(callback)
    const redact = createRedact(() => [...secrets, ...secretsOfUrl(callback.url)])
    const sent = { ...callback.sent, headers: openHeaders(vault, run.actionId, callback.sent.headers) }
    const timestamp = Math.floor(now / 1000)
    const request = buildCallbackRequest(callback, { ...named, attemptId, sent, receiptUrl: link(run, now), timestamp, keys })
    return sender.send(request, CALLBACK_TIMEOUT_MS, ({ response, ...rest }) => {
      const cut = rest.failure !== undefined || response?.truncated === true
      end({ ...rest, response: response && redact.response(response, cut) })
    })
  }

  return (callback, done) => {
    const { invocationId, attempt, maxAttempts } = callback
    const identity = { invocationId, attempt, owner, attemptId: newId() }
    const startedAt = clock.now()
    let over = false
    const end = (outcome: Ended) => {
      if (over) return
      over = true
      done({ ...identity, ...outcome })
    }
    const judge = (result: SendResult) =>
      end(outcomeOf(result, { attempt, maxAttempts, ahead: clock.now() - monotonic(), random: random() }))
    let giveUp = (_: Error) => {}
    try {
      giveUp = send(callback, identity.attemptId, judge)
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      const failure = new UnsendableError('SECRET_UNREADABLE', `The callback cannot be sent: ${error.message}`)
      queueMicrotask(() => judge(unsent(failure, monotonic())))
    }
    return () => {
      end(interrupted({ attempt, maxAttempts, startedAt, now: clock.now() }))
      giveUp(new Error('Docket stops.'))
    }
  }
}

type Ended = Omit<CallbackOutcome, 'invocationId' | 'attempt' | 'owner' | 'attemptId'>

const STATUS = { SUCCEEDED: 'DELIVERED', RETRYING: 'PENDING', FAILED: 'FAILED' } as const

/** @param given.ahead what the database's clock is ahead of `monotonic()`, ms */
function outcomeOf(result: SendResult, given: { attempt: number; maxAttempts: number; ahead: number; random: number }): Ended {
  const { ahead, ...attempt } = given
  const verdict = classify(result, { ...attempt, now: result.finishedAt + ahead, retry: CALLBACK_PLAN })
  return {
    ...recordOf(result, result.response, ahead),
    status: STATUS[verdict.status],
    retryAt: verdict.retryAt,
    errorCode: verdict.errorCode,
    errorMessage: verdict.errorMessage,
  }
}

function interrupted({
  attempt,
  maxAttempts,
  startedAt,
  now,
}: {
  attempt: number
  maxAttempts: number
  startedAt: number
  now: number
}): Ended {
  const { status, errorCode, retryAt } = afterInterruption({ attempt, maxAttempts }, now)
  return {
    ...UNSEEN,
    status: STATUS[status],
    retryAt,
    startedAt,
    finishedAt: now,
    durationMs: now - startedAt,
    errorCode,
    errorMessage: 'Docket stopped before the answer was on record; the receiver may have acted on the callback.',
  }
}

import { backoffMs, DEFAULT_RETRY_PLAN, type RetryPlan, retriesStatus } from '../domain/retry.ts'
import type { Outcome } from '../store/settle.ts'
import { failureOf } from './failure.ts'
import type { SendResult } from './send.ts'

/** What an attempt means for its invocation. */
export type Verdict = Pick<Outcome, 'status' | 'retryAt' | 'errorSource' | 'errorCode' | 'errorMessage'> & {
  /** The target said that it is gone for good: a recurring action is to be paused. */
  gone: boolean
}

export interface AttemptContext {
  attempt: number
  maxAttempts: number
  /** Epoch ms, database time. */
  now: number
  /** In [0, 1). */
  random: number
  /** Null: as by default. */
  retry: RetryPlan | null
}

/** What of an attempt decides. */
export type Answered = Pick<SendResult, 'response' | 'failure' | 'left'>

/** docs/protocol.md: a target may ask for this much patience, not more. */
const RETRY_AFTER_CAP_MS = 3_600_000

/** Judges one attempt (docs/protocol.md): 2xx succeeds; 410 and a request that cannot be sent fail finally; all else is tried again while attempts are left. */
export function classify({ response, failure, left }: Answered, context: AttemptContext): Verdict {
  if (failure) {
    const { code, message, final } = failureOf(failure, left)
    const retried = planOf(context).retryOn.includes(code === 'TIMEOUT' ? 'TIMEOUT' : 'NETWORK')
    return failed({ source: 'DISPATCH', code, message }, context, final || !retried, undefined)
  }
  const { code, headers } = response!
  if (code >= 200 && code < 300) {
    return { status: 'SUCCEEDED', retryAt: null, errorSource: null, errorCode: null, errorMessage: null, gone: false }
  }
  const redirect = code >= 300 && code < 400
  const error = {
    source: 'TARGET',
    code: redirect ? 'REDIRECT' : `HTTP_${code}`,
    message: redirect ? `The target answered ${code}; redirects are not followed.` : `The target answered ${code}.`,
  } as const
  return failed(error, context, code === 410 || !retriesStatus(code, planOf(context)), first(headers['retry-after']))
}

const planOf = ({ retry }: AttemptContext): RetryPlan => retry ?? DEFAULT_RETRY_PLAN

function failed(
  { source, code, message }: { source: 'TARGET' | 'DISPATCH'; code: string; message: string },
  context: AttemptContext,
  final: boolean,
  retryAfter: string | undefined,
): Verdict {
  const { attempt, maxAttempts, now, random } = context
  const error = { errorSource: source, errorCode: code, errorMessage: message, gone: code === 'HTTP_410' }
  if (final || attempt >= maxAttempts) return { status: 'FAILED', retryAt: null, ...error }
  return {
    status: 'RETRYING',
    retryAt: now + (retryAfterMs(retryAfter, context) ?? backoffMs(attempt, random, planOf(context))),
    ...error,
  }
}

/**
 * Both forms of RFC 9110 §10.2.3, at most an hour; undefined for anything else. Many may be told the same moment: they come spread over the time
 * behind it, by the jitter of the plan, and none of them earlier.
 */
function retryAfterMs(value: string | undefined, context: AttemptContext): number | undefined {
  if (value === undefined) return undefined
  const { now, random } = context
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) - now : Number.NaN
  if (Number.isNaN(wait)) return undefined
  const asked = Math.min(Math.max(wait, 0), RETRY_AFTER_CAP_MS)
  return asked + Math.round(random * Math.min(asked * planOf(context).jitter, RETRY_AFTER_CAP_MS - asked))
}

const first = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value)?.trim()

import { duration, span } from '../format.ts'
import type { Tone } from '../ui/status.tsx'
import { REASON_WORDS, STATUS_WORDS, TRIGGER_WORDS } from '../words.ts'
import { approvalSteps } from './approval-steps.ts'
import type { ReceiptSource } from './source.ts'
import type { Step } from './step.ts'
import { step } from './step.ts'

/** A run whose making and due time lie closer together than this has no line of its own for the wait. */
const WAIT_SHOWN_MS = 1_000

/** The life of an invocation so far, and what comes next, oldest first. `now` is epoch ms. */
export function stepsOf(receipt: ReceiptSource, now: number): Step[] {
  const steps: Step[] = [step('created', 'Created', { detail: TRIGGER_WORDS[receipt.trigger], at: receipt.createdAt })]
  if (receipt.approval) steps.push(...approvalSteps(receipt.approval, now))
  const due = Date.parse(receipt.scheduledFor ?? receipt.runAt)
  if (receipt.status === 'PENDING') {
    steps.push(step('due', due > now ? `Due in ${span(due - now)}` : 'Due now', { at: iso(due), tone: 'accent', state: 'current' }))
  } else if (receipt.scheduledFor && due - Date.parse(receipt.createdAt) > WAIT_SHOWN_MS) {
    steps.push(step('due', 'Due', { at: receipt.scheduledFor, detail: lag(receipt) }))
  }
  for (const attempt of receipt.attempts) {
    const good = attempt.error === null
    steps.push(
      step(`attempt-${attempt.number}`, `Attempt ${attempt.number} ${good ? 'succeeded' : 'failed'}`, {
        at: attempt.startedAt,
        tone: good ? 'good' : 'bad',
        detail: `${attempt.responseCode ? `${attempt.responseCode} ` : `${attempt.error?.code ?? ''} `}after ${duration(attempt.durationMs)}`,
      }),
    )
  }
  const next = receipt.attempts.length + 1
  if (receipt.status === 'RUNNING') {
    const since =
      receipt.startedAt && next === 1 && now - Date.parse(receipt.startedAt) >= WAIT_SHOWN_MS
        ? `for ${span(now - Date.parse(receipt.startedAt))}`
        : undefined
    steps.push(
      step(`attempt-${next}`, `Attempt ${next} under way`, {
        detail: since,
        at: next === 1 ? (receipt.startedAt ?? undefined) : undefined,
        tone: 'accent',
        state: 'current',
      }),
    )
  }
  if (receipt.status === 'RETRYING' && receipt.nextRetryAt) {
    const away = Date.parse(receipt.nextRetryAt) - now
    steps.push(
      step(`attempt-${next}`, away > 0 ? `Attempt ${next} in ${span(away)}` : `Attempt ${next} due now`, {
        at: receipt.nextRetryAt,
        tone: 'warn',
        state: 'current',
      }),
    )
  }
  if (receipt.finishedAt) steps.push(finalStep(receipt, receipt.finishedAt))
  if (receipt.callback) steps.push(callbackStep(receipt.callback, now))
  return steps
}

function callbackStep({ status, attemptCount, nextAttemptAt, finishedAt }: NonNullable<ReceiptSource['callback']>, now: number): Step {
  const tries = attemptCount > 1 ? `after ${attemptCount} attempts` : undefined
  if (status !== 'PENDING') {
    const delivered = status === 'DELIVERED'
    const rest = { at: finishedAt ?? undefined, detail: tries, tone: delivered ? 'good' : 'bad' } as const
    return step('callback', delivered ? 'Callback delivered' : 'Callback failed', rest)
  }
  const away = nextAttemptAt ? Date.parse(nextAttemptAt) - now : 0
  const title = away > 0 ? `Callback in ${span(away)}` : 'Callback under way'
  return step('callback', title, { at: nextAttemptAt ?? undefined, detail: tries, tone: 'accent', state: 'current' })
}

function finalStep(receipt: ReceiptSource, at: string): Step {
  const detail = receipt.statusReason
    ? REASON_WORDS[receipt.statusReason]
    : receipt.durationMs !== null
      ? `${duration(receipt.durationMs)} in all`
      : undefined
  const tone = { SUCCEEDED: 'good', FAILED: 'bad', MISSED: 'plum' }[receipt.status as string] ?? 'quiet'
  return step('final', STATUS_WORDS[receipt.status], { at, detail, tone: tone as Tone })
}

/** How long after its nominal time the first attempt began, which for a scheduler is the figure that counts. */
export function lag(receipt: Pick<ReceiptSource, 'scheduledFor' | 'attempts'>): string | undefined {
  const [first] = receipt.attempts
  if (!first || !receipt.scheduledFor) return undefined
  const late = Date.parse(first.startedAt) - Date.parse(receipt.scheduledFor)
  return late <= 0 ? 'started exactly on time' : `started ${duration(late)} after its time`
}

const iso = (at: number): string => new Date(at).toISOString()

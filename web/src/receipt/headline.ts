import { progress } from '../approval/words.ts'
import { duration, relative, span } from '../format.ts'
import { REASON_WORDS, SOURCE_WORDS } from '../words.ts'
import type { ReceiptSource } from './source.ts'

/** The state of a receipt as one sentence. `now` is epoch ms. */
export function headline(receipt: ReceiptSource, now: number): string {
  const { status, attempts, maxAttempts, error, statusReason } = receipt
  const last = attempts.at(-1)
  switch (status) {
    case 'AWAITING_APPROVAL':
      return awaiting(receipt.approval, now)
    case 'PENDING':
      return Date.parse(receipt.runAt) > now
        ? `It will be sent ${relative(Date.parse(receipt.runAt), now)}.`
        : 'It is due and will be sent in a moment.'
    case 'RUNNING':
      return `${attemptOf(attempts.length + 1, maxAttempts)} is under way.`
    case 'RETRYING': {
      const next = receipt.nextRetryAt ? Date.parse(receipt.nextRetryAt) : now
      const when = next > now ? `starts ${relative(next, now)}` : 'is due'
      return `Attempt ${attempts.length} failed; attempt ${attempts.length + 1} of ${maxAttempts} ${when}.`
    }
    case 'SUCCEEDED': {
      const answer = `Answered ${last?.responseCode ?? receipt.responseCode ?? ''} in ${duration(last?.durationMs ?? receipt.durationMs ?? 0)}`
      return attempts.length > 1 ? `${answer}, at attempt ${attempts.length}.` : `${answer}.`
    }
    case 'FAILED': {
      const tries = attempts.length > 1 ? ` after ${attempts.length} attempts` : ''
      if (!error) return `It failed${tries}.`
      // Of the target and the way to it the message tells by itself.
      const told = error.source === 'TARGET' || error.source === 'DISPATCH'
      if (!told) return `${SOURCE_WORDS[error.source]}${tries}: ${sentence(error.message)}`
      return tries ? `After ${attempts.length} attempts: ${sentence(error.message)}` : sentence(error.message)
    }
    default: {
      const sent = attempts.length > 0 ? 'No further attempt was made.' : 'Nothing was sent.'
      return statusReason ? `${REASON_WORDS[statusReason]} ${sent}` : sent
    }
  }
}

/** `Attempt 2 of 3`, or just `The attempt` when there is only one. */
const attemptOf = (number: number, max: number): string => (max > 1 ? `Attempt ${number} of ${max}` : 'The request')

function awaiting(approval: ReceiptSource['approval'], now: number): string {
  if (!approval) return 'It waits for an approval.'
  const { given, needed } = progress(approval.stages)
  const who = needed === 1 ? 'an approval' : given > 0 ? `further approvals, ${given} of ${needed} are there` : `${needed} approvals`
  const left = Date.parse(approval.expiresAt) - now
  return `It waits for ${who}; ${left > 0 ? `${span(left)} left` : 'the time for it is over'}.`
}

/** With a full stop at its end, whatever a message ends with. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`)

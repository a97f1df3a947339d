import type { ShownApproval } from '../approval/shown.ts'
import { progress } from '../approval/words.ts'
import { span } from '../format.ts'
import type { Step } from './step.ts'
import { step } from './step.ts'

/** What came of the approval of a run, oldest first, and what it still waits for. `now` is epoch ms. */
export function approvalSteps(approval: ShownApproval, now: number): Step[] {
  const { status, votes, requestedAt, decidedAt, breakGlass, byGrant } = approval
  if (breakGlass) return [step('approval', 'Run without approval', { at: requestedAt, detail: 'Break-glass, with a reason', tone: 'bad' })]
  if (byGrant) {
    return [step('approval', 'Approved in advance', { at: decidedAt ?? requestedAt, detail: 'By a standing grant', tone: 'good' })]
  }
  const steps = [step('approval-asked', 'Approval asked for', { at: requestedAt }), ...votes.map(voteStep)]
  if (status === 'PENDING') {
    const { given, needed } = progress(approval.stages)
    const left = Date.parse(approval.expiresAt) - now
    const detail = `${given} of ${needed}, ${left > 0 ? `${span(left)} left` : 'its time is over'}`
    steps.push(step('approval', 'Awaiting approval', { detail, tone: 'warn', state: 'current' }))
  }
  return steps
}

function voteStep({ name, decision, at, voided }: ShownApproval['votes'][number], index: number): Step {
  const word = decision === 'APPROVE' ? 'Approved' : 'Rejected'
  return step(`vote-${index}`, name === null ? word : `${word} by ${name}`, {
    at,
    detail: voided ? 'Void: it does not count any more.' : undefined,
    tone: voided ? 'quiet' : decision === 'APPROVE' ? 'good' : 'bad',
  })
}

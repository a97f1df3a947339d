import type { ApprovalPolicyViewFragment } from '../../../sdk/generated/operations.ts'
import { span } from '../format.ts'
import { approverWords, stageWords } from './words.ts'

type Policy = ApprovalPolicyViewFragment

export type PolicyKind = 'none' | 'manager' | 'two' | 'stages'

export const POLICY_WORDS: Readonly<Record<PolicyKind, { name: string; words: string }>> = {
  none: { name: 'None', words: 'Runs are sent without anyone’s approval, unless the role of who starts them needs one.' },
  manager: { name: 'One manager', words: 'One manager or admin has to approve each run before it is sent.' },
  two: { name: 'Two people', words: 'Two managers or admins have to approve each run, neither of whom asked for it.' },
  stages: { name: 'Stages', words: 'Several groups of people decide in turn: the next one when the one before it has agreed.' },
}

export const policyKind = (policy: Pick<Policy, 'preset'> | null): PolicyKind =>
  policy === null ? 'none' : policy.preset === 'MANAGER' ? 'manager' : policy.preset === 'TWO_PERSON' ? 'two' : 'stages'

/** Who has to agree, as one sentence: `1 person (Manager or higher), then 2 people (Legal)`. */
export const stagesWords = ({ stages }: Pick<Policy, 'stages'>): string => stages.map(stageWords).join(', then ')

/** What else belongs to it, one sentence each. */
export function policyRules(policy: Omit<Policy, 'stages' | 'preset' | 'condition'>): string[] {
  const after = (seconds: number) => span(seconds * 1000)
  const { expiresInSeconds, forbidRequester, remindAfterSeconds, escalateAfterSeconds, escalateTo } = policy
  return [
    `Undecided after ${after(expiresInSeconds)}, the run is cancelled.`,
    forbidRequester ? 'Who asked for the run may not approve it.' : 'Who asked for the run may approve it, if their role allows that.',
    ...(remindAfterSeconds === null ? [] : [`Reminded after ${after(remindAfterSeconds)}.`]),
    ...(escalateAfterSeconds === null || escalateTo === null
      ? []
      : [`After ${after(escalateAfterSeconds)}, ${approverWords(escalateTo)} may decide too.`]),
  ]
}

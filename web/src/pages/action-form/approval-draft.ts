import type { ApprovalPolicyInput, ApprovalPolicyViewFragment } from '../../../../sdk/generated/operations.ts'
import type { PolicyKind } from '../../approval/policy-words.ts'
import { policyKind } from '../../approval/policy-words.ts'

/** Who has to agree, as the controls of the form hold it. Lengths of time are seconds; `0` and an empty text are none. */
export interface ApprovalDraft {
  approvalKind: PolicyKind
  approvalStages: { role: string; required: string }[]
  approvalCondition: string
  approvalExpires: string
  approvalForbidRequester: boolean
  approvalRemind: string
  approvalEscalate: string
  approvalEscalateTo: string
}

/** As the server has it when nobody says. */
export const EMPTY_APPROVAL: ApprovalDraft = {
  approvalKind: 'none',
  approvalStages: [{ role: 'MANAGER', required: '1' }],
  approvalCondition: '',
  approvalExpires: '86400',
  approvalForbidRequester: true,
  approvalRemind: '0',
  approvalEscalate: '0',
  approvalEscalateTo: 'ADMIN',
}

/** The controls for an action that is there already. */
export function approvalDraftOf(policy: ApprovalPolicyViewFragment | null): ApprovalDraft {
  if (policy === null) return EMPTY_APPROVAL
  return {
    approvalKind: policyKind(policy),
    approvalStages: policy.stages.map(({ role, required }) => ({ role, required: String(required) })),
    approvalCondition: policy.condition ?? '',
    approvalExpires: String(policy.expiresInSeconds),
    approvalForbidRequester: policy.forbidRequester,
    approvalRemind: String(policy.remindAfterSeconds ?? 0),
    approvalEscalate: String(policy.escalateAfterSeconds ?? 0),
    approvalEscalateTo: policy.escalateTo ?? EMPTY_APPROVAL.approvalEscalateTo,
  }
}

/** As the API takes it, with nothing in it that stands at its default; null for none. */
export function approvalInput(draft: ApprovalDraft): ApprovalPolicyInput | null {
  if (draft.approvalKind === 'none') return null
  const stages = draft.approvalStages.map(({ role, required }) => ({ role, required: whole(required) }))
  const who =
    draft.approvalKind === 'stages'
      ? { stages }
      : { preset: draft.approvalKind === 'manager' ? ('MANAGER' as const) : ('TWO_PERSON' as const) }
  return {
    ...who,
    expiresInSeconds: Number(draft.approvalExpires),
    // Two people are always others than the one who asks.
    ...(draft.approvalKind !== 'two' && !draft.approvalForbidRequester && { forbidRequester: false }),
    ...(draft.approvalCondition.trim() && { condition: draft.approvalCondition }),
    ...(draft.approvalRemind !== '0' && { remindAfterSeconds: Number(draft.approvalRemind) }),
    ...(draft.approvalEscalate !== '0' && {
      escalateAfterSeconds: Number(draft.approvalEscalate),
      escalateTo: draft.approvalEscalateTo,
    }),
  }
}

export type ApprovalField =
  | 'approvalKind'
  | 'approvalStages'
  | 'approvalCondition'
  | 'approvalExpires'
  | 'approvalForbidRequester'
  | 'approvalRemind'
  | 'approvalEscalate'
  | 'approvalEscalateTo'

/** The control that shows what is wrong with a part of the policy, by the path that the server names. */
export function approvalFieldOf(path: string, { approvalKind, approvalEscalate }: ApprovalDraft): ApprovalField | undefined {
  const [head, part = ''] = path.split('.')
  if (head !== 'approval' || approvalKind === 'none') return undefined
  if (part === 'stages' && approvalKind === 'stages') return 'approvalStages'
  if (part === 'escalateTo') return approvalEscalate === '0' ? 'approvalEscalate' : 'approvalEscalateTo'
  return PARTS[part] ?? 'approvalKind'
}

const PARTS: Readonly<Record<string, ApprovalField>> = {
  condition: 'approvalCondition',
  expiresInSeconds: 'approvalExpires',
  forbidRequester: 'approvalForbidRequester',
  remindAfterSeconds: 'approvalRemind',
  escalateAfterSeconds: 'approvalEscalate',
}

/** The number as typed; anything else as −1, which the server refuses with a sentence at the right field. */
const whole = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : -1)

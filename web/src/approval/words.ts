import type { ApprovalStageViewFragment, ApprovalStatus, RoleLevel, VoidReason } from '../../../sdk/generated/operations.ts'
import { LEVEL_WORDS } from '../access/role-words.ts'
import type { IconName } from '../ui/icon.tsx'
import type { Tone } from '../ui/status.tsx'

export const APPROVAL_WORDS: Readonly<Record<ApprovalStatus, { name: string; short?: string; tone: Tone; icon: IconName }>> = {
  PENDING: { name: 'Awaiting approval', short: 'Waiting', tone: 'warn', icon: 'person' },
  APPROVED: { name: 'Approved', tone: 'good', icon: 'check' },
  REJECTED: { name: 'Rejected', tone: 'bad', icon: 'cross' },
  EXPIRED: { name: 'Expired', tone: 'plum', icon: 'clock' },
  CANCELLED: { name: 'Cancelled', tone: 'quiet', icon: 'slash' },
}

export const VOID_WORDS: Readonly<Record<VoidReason, string>> = {
  EDITED: 'Void: the request was changed afterwards.',
  ROLE: 'Void: this person may no longer approve it.',
}

/** `Manager or higher` for a level, the name of any other role. */
export const approverWords = (role: string): string =>
  Object.hasOwn(LEVEL_WORDS, role) ? `${LEVEL_WORDS[role as RoleLevel].name}${role === 'ADMIN' ? '' : ' or higher'}` : role

/** `1 person (Manager or higher)`, `2 people (Legal)`. */
export const stageWords = ({ role, required }: { role: string; required: number }): string =>
  `${required === 1 ? '1 person' : `${required} people`} (${approverWords(role)})`

/** How many approvals there are, of how many. */
export function progress(stages: readonly Pick<ApprovalStageViewFragment, 'required' | 'approvedCount'>[]): {
  given: number
  needed: number
} {
  return {
    given: stages.reduce((sum, stage) => sum + Math.min(stage.approvedCount, stage.required), 0),
    needed: stages.reduce((sum, stage) => sum + stage.required, 0),
  }
}

const DIGEST_SHOWN = 12

/** The beginning of a digest, which is enough to tell two apart. */
export const shortDigest = (digest: string): string => `${digest.slice(0, DIGEST_SHOWN)}…`

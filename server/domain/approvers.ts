import type { RoleLevel } from './access.ts'
import { hasRole } from './approval.ts'
import type { ApprovalStage } from './approval-policy.ts'

/** A member whose role may approve. */
export interface Member {
  userId: string
  level: RoleLevel
  /** UUID. */
  roleId: string
}

/**
 * Whether members can complete all stages, each person in one of them: by Hall's theorem they can when every set of stages has as many people
 * as it needs. Undefined when they can; else the stages of the set that lacks most, and how many people.
 */
export function missingApprovers(
  stages: readonly ApprovalStage[],
  members: readonly Member[],
): { stages: ApprovalStage[]; count: number } | undefined {
  let worst: { stages: ApprovalStage[]; count: number } | undefined
  for (let set = 1; set < 1 << stages.length; set++) {
    const chosen = stages.filter((_, index) => set & (1 << index))
    const people = new Set(members.filter((member) => chosen.some((stage) => hasRole(member, stage))).map(({ userId }) => userId))
    const count = chosen.reduce((sum, { required }) => sum + required, 0) - people.size
    if (count > (worst?.count ?? 0)) worst = { stages: chosen, count }
  }
  return worst
}

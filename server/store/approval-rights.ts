import { type Deciding, type WhyNot, whyNotDecide } from '../domain/approval.ts'
import { type ApprovableRun, readApprovableRuns, readRequesters } from './approval-run.ts'
import { readApprovals, type StoredApproval } from './approval-votes.ts'
import { readRights } from './approver-rights.ts'
import type { Sql } from './database.ts'

/** An approval with who asked for it: who edited it last is excluded as that, whatever he asked for. */
export const decidingOf = (approval: StoredApproval, run: ApprovableRun, requesters: readonly string[]): Deciding => ({
  ...approval,
  requesters: requesters.filter((person) => person !== run.editedBy),
})

/** Why a person may not decide about these runs now; those that are missing they may. */
export async function whyNotDecideEach(
  sql: Sql,
  { userId, invocationIds }: { userId: string; invocationIds: readonly string[] },
): Promise<Map<string, WhyNot>> {
  const approvals = await readApprovals(sql, invocationIds)
  const open = [...approvals.values()].filter(({ status }) => status === 'PENDING').map(({ invocationId }) => invocationId)
  const reasons = new Map<string, WhyNot>(invocationIds.map((id) => [id, 'DECIDED']))
  if (open.length === 0) return reasons
  const runs = await readApprovableRuns(sql, open, { hold: false })
  const requesters = await readRequesters(sql, open)
  const rightsOf = readRights(sql)
  for (const id of open) {
    const run = runs.get(id)
    if (!run) continue
    const why = whyNotDecide(decidingOf(approvals.get(id)!, run, requesters.get(id) ?? []), userId, await rightsOf(userId, run), run.now)
    if (why) reasons.set(id, why)
    else reasons.delete(id)
  }
  return reasons
}

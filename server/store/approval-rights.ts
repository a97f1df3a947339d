import { type Deciding, type WhyNot, whyNotDecide } from '../domain/approval.ts'
import type { Variables } from '../domain/condition-variables.ts'
import { publicId } from '../domain/ids.ts'
import { type ApprovableRun, readApprovableRuns, readRequesters, variablesOf } from './approval-run.ts'
import { readApprovals, type StoredApproval } from './approval-votes.ts'
import type { Sql } from './database.ts'
import { accessNow, type MayApprove, rightsToApprove } from './judge-run.ts'

/** What one person may do with the approval of a run now; null: no member, or disabled. */
export type RightsOf = (run: ApprovableRun) => Promise<MayApprove | null>

/** Reads the rights of a person (UUID) once, for any number of runs; what conditions need besides, once where one of them asks for it. */
export async function readRights(sql: Sql, projectId: string, userId: string): Promise<RightsOf> {
  const access = await accessNow(sql, projectId, { kind: 'USER', id: userId })
  let person: Promise<Pick<Variables['actor'], 'name' | 'email'>> | undefined
  return (run) =>
    rightsToApprove(sql, access, run.actionId, async () => {
      person ??= readPerson(sql, userId)
      return { ...variablesOf(run), actor: { id: publicId('user', userId), kind: 'USER', role: access!.roleName, ...(await person) } }
    })
}

async function readPerson(sql: Sql, userId: string): Promise<Pick<Variables['actor'], 'name' | 'email'>> {
  const { rows } = await sql.query<{ name: string; email: string | null }>('select name, email from users where id = $1', [userId])
  return rows[0] ?? { name: '', email: null }
}

/** An approval with who asked for it: who edited it last is excluded as that, whatever he asked for. */
export const decidingOf = (approval: StoredApproval, run: ApprovableRun, requesters: readonly string[]): Deciding => ({
  ...approval,
  requesters: requesters.filter((person) => person !== run.editedBy),
})

/** Why a person may not decide about these runs of a project now; those that are missing they may. */
export async function whyNotDecideEach(
  sql: Sql,
  { projectId, userId, invocationIds }: { projectId: string; userId: string; invocationIds: readonly string[] },
): Promise<Map<string, WhyNot>> {
  const approvals = await readApprovals(sql, invocationIds)
  const open = [...approvals.values()].filter(({ status }) => status === 'PENDING').map(({ invocationId }) => invocationId)
  const reasons = new Map<string, WhyNot>(invocationIds.map((id) => [id, 'DECIDED']))
  if (open.length === 0) return reasons
  const runs = await readApprovableRuns(sql, open, { hold: false })
  const requesters = await readRequesters(sql, open)
  const rightsOf = await readRights(sql, projectId, userId)
  for (const id of open) {
    const run = runs.get(id)
    if (!run) continue
    const why = whyNotDecide(decidingOf(approvals.get(id)!, run, requesters.get(id) ?? []), userId, await rightsOf(run), run.now)
    if (why) reasons.set(id, why)
    else reasons.delete(id)
  }
  return reasons
}

import { recordOf } from '../domain/record.ts'
import type { Sql } from './database.ts'
import { accessNow, type GuardedRun, judgeRules } from './judge-run.ts'
import { readVariables } from './run-variables.ts'

/**
 * Whether the role of who asked for a run demands an approval, for runs that the system makes in someone's name. False for who has no rights
 * any more: the gate ends what they asked for.
 */
export async function requiresApprovalNow(sql: Sql, run: GuardedRun): Promise<boolean> {
  if (run.actorKind === 'SYSTEM') return false
  const who = { kind: run.actorKind, id: run.actorId }
  const access = await accessNow(sql, run.projectId, who)
  if (!access) return false
  const { requireApproval } = await judgeRules(sql, access, run.actionId, ['requireApproval'], (conditions) =>
    readVariables(sql, { ...who, personId: access.personId, roleName: access.roleName }, { ...run, record: recordOf(run) }, conditions),
  )
  return requireApproval.holds
}

import { mayDo } from '../domain/access.ts'
import { effectiveRules } from '../domain/permission.ts'
import type { Action } from '../store/generated/prisma/client.ts'
import { mayOperate } from '../store/judge-run.ts'
import { rulesOfRole } from '../store/permissions.ts'
import { type Context, viewerOf } from './context.ts'
import type { ActionOperation } from './enums.ts'

type Operation = typeof ActionOperation.$inferType

/**
 * What the viewer may do with an action now. A rule with a condition counts as a yes: what the condition says depends on the run that is asked
 * for.
 */
export async function actionOperations(action: Action, context: Context): Promise<Operation[]> {
  const { kind, enabled, deletedAt, recurrence, nextRunAt } = action
  if (deletedAt) return []
  const { access } = viewerOf(context)
  const operations: Operation[] = []
  if (await mayTrigger(action, context)) operations.push('INVOKE_NOW', 'RUN_AT')
  if (mayDo(access, 'OPERATE')) {
    if (kind === 'RECURRING' && nextRunAt !== null) operations.push('SKIP_NEXT')
    if (kind === 'RECURRING' && recurrence !== 'ROLLING' && operations.includes('RUN_AT')) operations.push('BACKFILL')
    operations.push(enabled ? 'PAUSE' : 'RESUME')
  }
  if (mayDo(access, 'MANAGE')) operations.push('UPDATE', 'DELETE')
  return operations
}

/** Asks the database once for each change of the project's rules. */
async function mayTrigger({ id }: Action, context: Context): Promise<boolean> {
  const { access } = viewerOf(context)
  if (!mayOperate(access)) return false
  if (access.roleId === null) return true
  const all = await rulesOfRole(context.db.pool, access.roleId, access.policyVersion)
  return effectiveRules(all, id).rules.trigger.allowed
}

import type { CreateActionSpec } from '../domain/action.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import type { Sql } from '../store/database.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

/**
 * The rows of a new action in the caller's project; the first run of a recurring one is found when it is stored.
 * @throws DocketError FORBIDDEN for a ONE_TIME action, which comes with a run, when the caller may not run it
 */
export async function newAction(ctx: CommandContext, sql: Sql, key: string | null, spec: CreateActionSpec): Promise<NewAction> {
  const { db, projectId, actor, access } = ctx
  const id = newId()
  const headers = sealHeaders(db.vault, id, spec.request.headers)
  const runs = spec.schedule.kind === 'ONE_TIME'
  const permitted = runs
    ? await checkTrigger(ctx, sql, { actionId: null, spec, record: null, input: null })
    : { requireApproval: false, policyVersion: null, requestedBy: access?.personId ?? null }
  return {
    id,
    invocationId: runs ? newId() : null,
    projectId,
    actor,
    spec,
    headers,
    key,
    enabled: spec.enabled ?? true,
    trigger: 'SCHEDULE',
    record: null,
    nextRunAt: null,
    permitted,
  }
}

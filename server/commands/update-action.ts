import { parseUpdateAction } from '../domain/action.ts'
import type { UpdateActionInput } from '../domain/action-input.ts'
import { resolveApproval } from './approval-policy.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import { checkQuota } from './check-quota.ts'
import type { CommandContext } from './context.ts'
import { editChecked } from './edited.ts'
import { checkKnownSecrets } from './known-secrets.ts'
import { actionAsNoted } from './note-of-new.ts'

/**
 * Edits an action: absent fields stay, null ones go back to their default. Runs that have begun keep the request they
 * began with; runs that a changed schedule no longer names are cancelled. Gives its UUID.
 * @throws DocketError for bad input; FORBIDDEN; NOT_FOUND; INVALID_POLICY; INVALID_CONDITION; QUOTA_EXCEEDED on `enabled` when it becomes recurring; INVALID_SCHEDULE when a
 *   ONE_TIME action has run and cannot be moved
 */
export async function updateAction(ctx: CommandContext, actionId: string, input: UpdateActionInput): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { projectId, headerPrefix, egress } = ctx
  const edited = await changeAction(ctx, actionId, async (sql, before, note) => {
    const approval = await resolveApproval(ctx, sql, input.approval, before)
    const next = parseUpdateAction(input, before.spec, { now: before.now, headerPrefix, egress, approval })
    if (next.request.headers !== before.spec.request.headers) await checkKnownSecrets(sql, projectId, next.request.headers)
    await checkQuota(sql, projectId, before, { enabled: before.enabled, spec: next })
    note({ verb: 'action.updated', before: actionAsNoted(before.spec), after: actionAsNoted(next) })
    await editChecked(sql, ctx, before, next, note)
  })
  // A new schedule may be due before the scheduler looks again by itself.
  if (input.schedule !== undefined || input.maxRuns !== undefined) ctx.db.signal.emit('due')
  return edited
}

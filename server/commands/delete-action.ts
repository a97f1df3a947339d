import { deleteStoredAction } from '../store/delete-action.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes an action: all of it that was not sent is CANCELLED(ACTION_DELETED), its key is free again, its history stays.
 * Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND, also when it is deleted already
 */
export async function deleteAction(ctx: CommandContext, actionId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  return changeAction(ctx, actionId, async (sql, { id, spec, enabled }, audit) => {
    await deleteStoredAction(sql, ctx.projectId, id)
    audit({ verb: 'action.deleted', before: { name: spec.name, kind: spec.schedule.kind, enabled } })
  })
}

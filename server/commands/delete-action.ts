import { deleteStoredAction } from '../store/delete-action.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes an action: all of it that was not sent is CANCELLED(ACTION_DELETED), its key is free again, its history stays.
 * Gives its UUID.
 * @throws DocketError NOT_FOUND, also when it is deleted already
 */
export const deleteAction = (ctx: CommandContext, actionId: string): Promise<{ id: string }> =>
  changeAction(ctx, actionId, (sql, { id }) => deleteStoredAction(sql, ctx.projectId, id))

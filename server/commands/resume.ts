import { resumeAction } from '../store/resume-action.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Lets a paused action run again, from now on: nothing that fell into the pause is replayed. Does nothing to an action
 * that is not paused. Gives its UUID.
 * @throws DocketError NOT_FOUND
 */
export async function resume(ctx: CommandContext, actionId: string): Promise<{ id: string }> {
  const resumed = await changeAction(ctx, actionId, async (sql, action) => {
    if (!action.enabled) await resumeAction(sql, ctx.projectId, action)
  })
  ctx.db.signal.emit('due')
  return resumed
}

import { parseNote } from '../domain/text.ts'
import { resumeAction } from '../store/resume-action.ts'
import { changeAction } from './change-action.ts'
import { checkQuota } from './check-quota.ts'
import type { CommandContext } from './context.ts'

/**
 * Lets a paused action run again, from now on: nothing that fell into the pause is replayed. Does nothing to an action
 * that is not paused. The note is kept in the event. Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `note`; QUOTA_EXCEEDED on `enabled`
 */
export async function resume(ctx: CommandContext, actionId: string, note?: string | null): Promise<{ id: string }> {
  const text = parseNote(note)
  const resumed = await changeAction(ctx, actionId, async (sql, action) => {
    if (action.enabled) return
    await checkQuota(sql, ctx.projectId, action, { enabled: true, spec: action.spec })
    await resumeAction(sql, ctx.projectId, action, text)
  })
  ctx.db.signal.emit('due')
  return resumed
}

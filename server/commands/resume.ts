import { parseNote } from '../domain/text.ts'
import { resumeAction } from '../store/resume-action.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import { checkQuota } from './check-quota.ts'
import type { CommandContext } from './context.ts'

/**
 * Lets a paused action run again, from now on: nothing that fell into the pause is replayed. Does nothing to an action
 * that is not paused. The note is kept in the event. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `note`; QUOTA_EXCEEDED on `enabled`
 */
export async function resume(ctx: CommandContext, actionId: string, note?: string | null): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const text = parseNote(note)
  const resumed = await changeAction(ctx, actionId, async (sql, action, audit) => {
    audit({ verb: 'action.resumed', data: { note: text }, before: { enabled: action.enabled }, after: { enabled: true } })
    if (action.enabled) return
    await checkQuota(sql, ctx.projectId, action, { enabled: true, spec: action.spec })
    await resumeAction(sql, ctx.projectId, action, text)
  })
  ctx.db.signal.emit('due')
  return resumed
}

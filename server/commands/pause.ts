import { parseNote } from '../domain/text.ts'
import { pauseAction } from '../store/pause-action.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Stops the schedule of an action and keeps the action; `invokeNow` still works. On a paused action it changes the note.
 * Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `note`
 */
export async function pause(ctx: CommandContext, actionId: string, note?: string | null): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const text = parseNote(note)
  return changeAction(ctx, actionId, async (sql, action, audit) => {
    await pauseAction(sql, ctx.projectId, action, text)
    audit({ verb: 'action.paused', data: { note: text }, before: { enabled: action.enabled }, after: { enabled: false } })
  })
}

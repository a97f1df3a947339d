import { parseNote } from '../domain/text.ts'
import { pauseAction } from '../store/pause-action.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Stops the schedule of an action and keeps the action; `invokeNow` still works. On a paused action it changes the note.
 * Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `note`
 */
export async function pause(ctx: CommandContext, actionId: string, note?: string | null): Promise<{ id: string }> {
  const text = parseNote(note)
  return changeAction(ctx, actionId, (sql, action) => pauseAction(sql, ctx.projectId, action, text))
}

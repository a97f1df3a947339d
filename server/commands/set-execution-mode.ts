import type { ExecutionMode } from '../domain/execution-mode.ts'
import { publicId } from '../domain/ids.ts'
import { parseNote } from '../domain/text.ts'
import { audited } from '../store/audited.ts'
import { setExecutionMode as setStored } from '../store/execution-mode.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Sets what of the project runs; does nothing when it is so already. Stopping ends no request that is under way. The note is kept in the event.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `note`
 */
export async function setExecutionMode(ctx: CommandContext, mode: ExecutionMode, note?: string | null): Promise<void> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const text = parseNote(note)
  const before = await againAfterRace(() =>
    audited(ctx, async (sql, audit) => {
      const before = await setStored(sql, projectId, mode, text)
      const object = { type: 'project', id: publicId('project', projectId) }
      audit({ verb: 'project.updated', object, data: { note: text }, before: { executionMode: before }, after: { executionMode: mode } })
      return before
    }),
  )
  if (before === mode) return
  db.signal.emit('events')
  db.signal.emit('due')
}

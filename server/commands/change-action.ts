import { notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { lockAction, type StoredAction } from '../store/action-row.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/** Notes what is done to the action in the audit. */
export type NoteAction = (note: AuditNote) => void

/**
 * Runs `change` (again when it met another caller's change) on a locked action of the caller's project, in one transaction with what it notes,
 * and wakes the readers of the log. A note without an object is about the action. Gives its UUID.
 * @throws DocketError NOT_FOUND
 */
export async function changeAction(
  ctx: CommandContext,
  actionId: string,
  change: (sql: Sql, action: StoredAction, note: NoteAction) => Promise<void>,
): Promise<{ id: string }> {
  const { db, projectId } = ctx
  const id = internalId('action', actionId)
  await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const action = await lockAction(sql, projectId, { id }, db.vault)
      if (!action) throw notFound('Action')
      await change(sql, action, (given) => note({ object: { type: 'action', id: publicId('action', id) }, actionId: id, ...given }))
    }),
  )
  db.signal.emit('events')
  return { id }
}

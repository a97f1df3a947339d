import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { lockAction, type StoredAction } from '../store/action-row.ts'
import { type Sql, transaction } from '../store/database.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Runs `change` (again when it met another caller's change) on a locked action of the caller's project, in one transaction, and wakes the readers of the log. Gives its UUID.
 * @throws DocketError NOT_FOUND
 */
export async function changeAction(
  { db, projectId }: CommandContext,
  actionId: string,
  change: (sql: Sql, action: StoredAction) => Promise<void>,
): Promise<{ id: string }> {
  const id = internalId('action', actionId)
  await againAfterRace(() =>
    transaction(db.pool, async (sql) => {
      const action = await lockAction(sql, projectId, { id }, db.vault)
      if (!action) throw notFound('Action')
      await change(sql, action)
    }),
  )
  db.signal.emit('events')
  return { id }
}

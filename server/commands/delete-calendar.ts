import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { deleteStoredCalendar, lockCalendar } from '../store/calendars.ts'
import { transaction } from '../store/database.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes a calendar that no action uses. Gives its UUID.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION while actions use it
 */
export async function deleteCalendar({ db, projectId }: CommandContext, calendarId: string): Promise<{ id: string }> {
  const id = internalId('calendar', calendarId)
  await againAfterRace(() =>
    transaction(db.pool, async (sql) => {
      if (!(await lockCalendar(sql, projectId, id))) throw notFound('Calendar')
      const users = await deleteStoredCalendar(sql, id)
      if (users > 0) {
        const who = users === 1 ? '1 action uses' : `${users} actions use`
        throw new DocketError('INVALID_TRANSITION', `${who} this calendar; give them another one, or none, before you delete it.`)
      }
    }),
  )
  db.signal.emit('events')
  return { id }
}

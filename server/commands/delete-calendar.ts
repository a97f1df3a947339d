import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { deleteStoredCalendar, lockCalendar } from '../store/calendars.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Deletes a calendar that no action uses. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION while actions use it
 */
export async function deleteCalendar(ctx: CommandContext, calendarId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('calendar', calendarId)
  await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const calendar = await lockCalendar(sql, projectId, id)
      if (!calendar) throw notFound('Calendar')
      const users = await deleteStoredCalendar(sql, id)
      if (users > 0) {
        const who = users === 1 ? '1 action uses' : `${users} actions use`
        throw new DocketError('INVALID_TRANSITION', `${who} this calendar; give them another one, or none, before you delete it.`)
      }
      note({ verb: 'calendar.deleted', object: { type: 'calendar', id: calendarId }, before: calendar.spec })
    }),
  )
  db.signal.emit('events')
  return { id }
}

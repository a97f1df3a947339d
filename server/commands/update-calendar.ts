import { parseUpdateCalendar, type UpdateCalendarInput } from '../domain/calendar-input.ts'
import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { lockCalendar, writeCalendar } from '../store/calendars.ts'
import { transaction } from '../store/database.ts'
import { restartCalendar } from '../store/restart-calendar.ts'
import { againAfterRace, isUniqueViolation } from './again-after-race.ts'
import { nameTaken } from './calendar-name.ts'
import type { CommandContext } from './context.ts'

/**
 * Edits a calendar: absent fields stay. The actions that use it go by its new days from now on. Gives its UUID.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `name` (also when it is taken), `dates` or `weekdays`
 */
export async function updateCalendar(
  { db, projectId }: CommandContext,
  calendarId: string,
  input: UpdateCalendarInput,
): Promise<{ id: string }> {
  const id = internalId('calendar', calendarId)
  await againAfterRace(() =>
    transaction(db.pool, async (sql) => {
      const before = await lockCalendar(sql, projectId, id)
      if (!before) throw notFound('Calendar')
      const spec = parseUpdateCalendar(input, before.spec)
      await writeCalendar(sql, id, spec).catch((error) => {
        throw isUniqueViolation(error) ? nameTaken() : error
      })
      await restartCalendar(sql, projectId, { ...before, spec })
    }),
  )
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}

import { parseUpdateCalendar, type UpdateCalendarInput } from '../domain/calendar-input.ts'
import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { lockCalendar, writeCalendar } from '../store/calendars.ts'
import { restartCalendar } from '../store/restart-calendar.ts'
import { againAfterRace, isUniqueViolation } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import { nameTaken } from './calendar-name.ts'
import type { CommandContext } from './context.ts'

/**
 * Edits a calendar: absent fields stay. The actions that use it go by its new days from now on. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `name` (also when it is taken), `dates` or `weekdays`
 */
export async function updateCalendar(ctx: CommandContext, calendarId: string, input: UpdateCalendarInput): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('calendar', calendarId)
  await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const before = await lockCalendar(sql, projectId, id)
      if (!before) throw notFound('Calendar')
      const spec = parseUpdateCalendar(input, before.spec)
      await writeCalendar(sql, id, spec).catch((error) => {
        throw isUniqueViolation(error) ? nameTaken() : error
      })
      await restartCalendar(sql, projectId, { ...before, spec })
      note({ verb: 'calendar.updated', object: { type: 'calendar', id: calendarId }, before: before.spec, after: spec })
    }),
  )
  db.signal.emit('events')
  db.signal.emit('due')
  return { id }
}

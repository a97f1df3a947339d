import { type CreateCalendarInput, parseCreateCalendar } from '../domain/calendar-input.ts'
import { insertCalendar } from '../store/calendars.ts'
import { nameTaken } from './calendar-name.ts'
import type { CommandContext } from './context.ts'

/**
 * Stores a calendar: days on which the schedules that use it do not run. Gives its UUID.
 * @throws DocketError BAD_USER_INPUT on `name` (also when it is taken), `dates` or `weekdays`
 */
export async function createCalendar({ db, projectId }: CommandContext, input: CreateCalendarInput): Promise<{ id: string }> {
  const id = await insertCalendar(db.pool, projectId, parseCreateCalendar(input))
  if (!id) throw nameTaken()
  db.signal.emit('events')
  return { id }
}

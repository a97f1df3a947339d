import { type CreateCalendarInput, parseCreateCalendar } from '../domain/calendar-input.ts'
import { publicId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { insertCalendar } from '../store/calendars.ts'
import { authorize } from './authorize.ts'
import { nameTaken } from './calendar-name.ts'
import type { CommandContext } from './context.ts'

/**
 * Stores a calendar: days on which the schedules that use it do not run. Gives its UUID.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name` (also when it is taken), `dates` or `weekdays`
 */
export async function createCalendar(ctx: CommandContext, input: CreateCalendarInput): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const spec = parseCreateCalendar(input)
  const id = await audited(ctx, async (sql, note) => {
    const id = await insertCalendar(sql, ctx.projectId, spec)
    if (!id) throw nameTaken()
    note({ verb: 'calendar.created', object: { type: 'calendar', id: publicId('calendar', id) }, after: spec })
    return id
  })
  ctx.db.signal.emit('events')
  return { id }
}

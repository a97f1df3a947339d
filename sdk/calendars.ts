import {
  CalendarsDocument,
  CreateCalendarDocument,
  type CreateCalendarInput,
  DeleteCalendarDocument,
  UpdateCalendarDocument,
  type UpdateCalendarInput,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.calendars`: days on which the schedules that use them do not run. */
export function calendarCalls(request: Request) {
  return {
    create: async (input: CreateCalendarInput) => (await request(CreateCalendarDocument, { input })).createCalendar,
    /** Newest first. */
    list: async (options: PageOptions = {}) => toPage((await request(CalendarsDocument, options)).calendars),
    /** Changes what is given and leaves the rest; the actions that use it go by the new days from now on. */
    update: async (id: string, input: UpdateCalendarInput) => (await request(UpdateCalendarDocument, { id, input })).updateCalendar,
    /** Refused while an action uses it. Gives the id. */
    delete: async (id: string) => (await request(DeleteCalendarDocument, { id })).deleteCalendar,
  }
}

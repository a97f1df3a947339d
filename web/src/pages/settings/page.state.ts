import type { CalendarViewFragment, ViewerQuery } from '../../../../sdk/generated/operations.ts'
import { CalendarsDocument, ViewerDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { createPaged } from '../../live/paged.ts'

export type Viewer = ViewerQuery['viewer']

const PAGE_SIZE = 50

export function createSettingsState() {
  const client = useClient()
  const nothing = () => undefined
  return {
    viewer: createLoaded<Viewer, undefined>(nothing, () => ask(client, ViewerDocument, {}, (data) => data.viewer)),
    calendars: createPaged<CalendarViewFragment, undefined>(nothing, (_, after) =>
      ask(client, CalendarsDocument, { first: PAGE_SIZE, after }, (data) => data.calendars),
    ),
  }
}

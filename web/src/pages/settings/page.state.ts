import type { ApiTokensQuery, CalendarViewFragment, ViewerQuery } from '../../../../sdk/generated/operations.ts'
import { ApiTokensDocument, CalendarsDocument, ViewerDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { createPaged } from '../../live/paged.ts'

export type Token = ApiTokensQuery['apiTokens']['edges'][number]['node']
export type Viewer = ViewerQuery['viewer']

const PAGE_SIZE = 50

export function createSettingsState() {
  const client = useClient()
  const nothing = () => undefined
  return {
    viewer: createLoaded<Viewer, undefined>(nothing, () => ask(client, ViewerDocument, {}, (data) => data.viewer)),
    tokens: createPaged<Token, undefined>(nothing, (_, after) =>
      ask(client, ApiTokensDocument, { first: PAGE_SIZE, after }, (data) => data.apiTokens),
    ),
    calendars: createPaged<CalendarViewFragment, undefined>(nothing, (_, after) =>
      ask(client, CalendarsDocument, { first: PAGE_SIZE, after }, (data) => data.calendars),
    ),
  }
}

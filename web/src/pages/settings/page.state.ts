import type { ApiTokensQuery, CalendarViewFragment, ViewerQuery } from '../../../../sdk/generated/operations.ts'
import { ApiTokensDocument, CalendarsDocument, ViewerDocument } from '../../../../sdk/generated/operations.ts'
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
    viewer: createLoaded<Viewer, undefined>(nothing, async () => {
      const { data, error } = await client.query(ViewerDocument, {}).toPromise()
      return { data: data?.viewer, error }
    }),
    tokens: createPaged<Token, undefined>(nothing, async (_, after) => {
      const { data, error } = await client.query(ApiTokensDocument, { first: PAGE_SIZE, after }).toPromise()
      return { data: data?.apiTokens, error }
    }),
    calendars: createPaged<CalendarViewFragment, undefined>(nothing, async (_, after) => {
      const { data, error } = await client.query(CalendarsDocument, { first: PAGE_SIZE, after }).toPromise()
      return { data: data?.calendars, error }
    }),
  }
}

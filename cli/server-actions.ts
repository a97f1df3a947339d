import { ScheduledActionsDocument } from '../sdk/generated/operations.ts'
import { createClient } from '../sdk/index.ts'
import type { Settings } from './settings.ts'

const PAGE = 100

/**
 * The recurring actions of a server with their calendars, in the form of an actions file.
 * @throws DocketApiError
 */
export async function fetchActions({ url, token }: Settings): Promise<{ actions: unknown[]; calendars: unknown[] }> {
  const client = createClient({ url, ...(token ? { token } : {}) })
  const actions: unknown[] = []
  const calendars = new Map<string, unknown>()
  for (let after: string | null | undefined; after !== null; ) {
    const page = (await client.request(ScheduledActionsDocument, { first: PAGE, ...(after ? { after } : {}) })).actions
    for (const { node } of page.edges) {
      const { maxAttempts, schedule, ...action } = node
      const { calendar, ...times } = schedule!
      if (calendar) calendars.set(calendar.id, calendar)
      actions.push({ ...action, retry: { maxAttempts }, schedule: { ...times, calendarId: calendar?.id } })
    }
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  }
  await client.close()
  return { actions, calendars: [...calendars.values()] }
}

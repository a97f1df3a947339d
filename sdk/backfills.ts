import {
  BackfillDocument,
  BackfillRunsDocument,
  BackfillsDocument,
  CancelBackfillDocument,
  type InvocationFilter,
  StartBackfillDocument,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.backfills`: times of a schedule that are repeated. */
export function backfillCalls(request: Request) {
  return {
    /** Repeats each time of the schedule in the span (both ends included, at most 1,000 times) that did not succeed. Gives it as it begins. */
    start: async (actionId: string, span: { from: string; to: string }) =>
      (await request(StartBackfillDocument, { actionId, ...span })).backfill.backfill,
    /** Null when there is none with this id. */
    get: async (id: string) => (await request(BackfillDocument, { id })).backfill,
    /** Newest first. */
    list: async (options: PageOptions & { actionId?: string } = {}) => toPage((await request(BackfillsDocument, options)).backfills),
    /** The runs that it made, newest nominal time first; null when there is no such backfill. */
    runs: async (id: string, options: PageOptions & { filter?: InvocationFilter } = {}) => {
      const { backfill } = await request(BackfillRunsDocument, { id, ...options })
      return backfill ? toPage(backfill.invocations) : null
    },
    /** Makes no more runs and cancels those that were not sent. */
    cancel: async (id: string) => (await request(CancelBackfillDocument, { id })).cancelBackfill,
  }
}

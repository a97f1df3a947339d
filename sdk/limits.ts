import { ConcurrencyLimitsDocument, type LimitInput, SetConcurrencyLimitDocument } from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.concurrencyLimits`: how many runs with one `concurrencyKey` may be under way, or start in a time. Those of services: `client.services`. */
export function concurrencyLimitCalls(request: Request) {
  return {
    list: async (options: PageOptions = {}) => toPage((await request(ConcurrencyLimitsDocument, options)).concurrencyLimits),
    /** Null removes it, and is the answer then: runs with that key are sent one at a time. */
    set: async (key: string, limit: LimitInput | null) => (await request(SetConcurrencyLimitDocument, { key, limit })).setConcurrencyLimit,
  }
}

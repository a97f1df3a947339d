import type { LoggedEvent } from '../domain/event.ts'
import type { Database } from '../store/database.ts'
import type { Invocation } from '../store/generated/prisma/client.ts'

/** An event together with its invocation as it was read after the event: at least as new, perhaps newer. */
export interface LiveEvent {
  event: LoggedEvent
  invocation: Invocation
}

/** Reads each invocation of the events once, in one query. An event whose invocation is gone (retention) is left out. */
export async function withSnapshots(db: Database, events: readonly LoggedEvent[]): Promise<LiveEvent[]> {
  const ids = new Set(events.flatMap(({ invocationId }) => (invocationId === null ? [] : [invocationId])))
  if (ids.size === 0) return []
  const rows = await db.prisma.invocation.findMany({ where: { id: { in: [...ids] } } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  return events.flatMap((event) => {
    const invocation = byId.get(event.invocationId ?? '')
    return invocation ? [{ event, invocation }] : []
  })
}

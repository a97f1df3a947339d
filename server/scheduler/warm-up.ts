import type pg from 'pg'
import type { Log } from '../log.ts'
import { claim } from '../store/claim.ts'
import { onConnection } from '../store/database.ts'
import { markRunning, takeDue } from '../store/mark-running.ts'
import { settleWithEntries } from '../store/settle.ts'
import { takeGuarded } from '../store/take-guarded.ts'

/** Statements that may be under way at one time: two marks or a mark and a take, a batch of outcomes, a turn of lanes, and one of the others. */
const WARM_CONNECTIONS = 5

/**
 * Opens the connections of the engine and does every statement of the hot path once on nothing, so that the first real ones find their plans
 * made. Never rejects: without it a statement that comes first makes its plan itself, and a database that is away now is back or is not.
 */
export async function warmUp(pool: pg.Pool, log: Log): Promise<void> {
  const warm = () => rehearse(pool).catch((error) => log.debug({ err: error }, 'could not warm up a connection'))
  await Promise.all(Array.from({ length: WARM_CONNECTIONS }, warm))
}

function rehearse(pool: pg.Pool): Promise<unknown> {
  const nobody = crypto.randomUUID()
  return onConnection(pool, async (client) => {
    await takeDue(client, { owner: nobody, limit: 0, saturated: [] })
    await markRunning(client, [], { owner: nobody, aheadMs: 0 })
    await takeGuarded(client, { owner: nobody, aheadMs: 0, rows: [], judged: new Map() })
    await settleWithEntries(client, [], [])
    await claim(client, { owner: nobody, aheadMs: 0, leaseMs: 0, limit: 0, saturated: [] })
  })
}

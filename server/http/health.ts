import type { ServerResponse } from 'node:http'
import { reading } from '../clock-skew.ts'
import type { Database } from '../store/database.ts'
import { readClock } from '../store/read-clock.ts'
import { answerJson, refuse } from './answer.ts'

/** A load balancer asks every few seconds and counts a late answer as a failure. */
const READY_MS = 2_000

/** `/livez`: the process answers. Says nothing of the database, so that a restart of it does not restart every server. */
export const livez = (response: ServerResponse): void => answerJson(response, 200, { status: 'ok' })

/**
 * `/readyz`: the database answers within 2 s, and the server is not `stopping`; else 503. Says how far this machine's clock is ahead of the database's, which is no reason to
 * send no traffic: also a server without scheduler, which reads the database's clock nowhere else.
 */
export async function readyz(response: ServerResponse, db: Database, stopping: boolean): Promise<void> {
  if (stopping) return refuse(response, 503, 'INTERNAL', 'The server is stopping.')
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), READY_MS)
  })
  try {
    await Promise.race([reading([db.skew], () => readClock(db.pool)), late])
    answerJson(response, 200, { status: 'ok', clockSkewMs: db.skew.ms })
  } catch {
    refuse(response, 503, 'INTERNAL', 'The database does not answer.')
  } finally {
    clearTimeout(timer)
  }
}

import type { ServerResponse } from 'node:http'
import type { Database } from '../store/database.ts'
import { answerJson, refuse } from './answer.ts'

/** A load balancer asks every few seconds and counts a late answer as a failure. */
const READY_MS = 2_000

/** `/livez`: the process answers. Says nothing of the database, so that a restart of it does not restart every server. */
export const livez = (response: ServerResponse): void => answerJson(response, 200, { status: 'ok' })

/** `/readyz`: the database answers within 2 s; else 503. */
export async function readyz(response: ServerResponse, db: Database): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), READY_MS)
  })
  try {
    await Promise.race([db.pool.query('select 1'), late])
    answerJson(response, 200, { status: 'ok' })
  } catch {
    refuse(response, 503, 'INTERNAL', 'The database does not answer.')
  } finally {
    clearTimeout(timer)
  }
}

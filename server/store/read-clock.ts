import type { Sql } from './database.ts'

/** Reads the database's clock, epoch ms, and nothing else: the quickest answer there is. */
export async function readClock(sql: Sql): Promise<{ now: number; rows: never[] }> {
  const { rows } = await sql.query<{ now: number }>({
    name: 'read-clock',
    text: `select date_part('epoch', clock_timestamp()) * 1000 as now`,
  })
  return { now: rows[0]!.now, rows: [] }
}

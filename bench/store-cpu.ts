import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'

const TICKS_PER_SECOND = 100

/** CPU seconds that the PostgreSQL behind `pool` has taken so far, with all its processes; NaN where there is no /proc, or it is elsewhere. */
export async function storeCpu(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: string }>("select split_part(pg_read_file('postmaster.pid'), chr(10), 1) as pid")
  try {
    const server = Number(rows[0]!.pid)
    const { own, reaped } = read(server)
    const living = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== server)
    return living.reduce((sum, name) => sum + childOf(server, Number(name)), own + reaped)
  } catch {
    return Number.NaN
  }
}

function childOf(server: number, pid: number): number {
  try {
    const { parent, own } = read(pid)
    return parent === server ? own : 0
  } catch {
    // It has ended meanwhile.
    return 0
  }
}

function read(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const seconds = (...at: number[]) => at.reduce((sum, index) => sum + Number(fields[index]), 0) / TICKS_PER_SECOND
  return { parent: Number(fields[1]), own: seconds(11, 12), reaped: seconds(13, 14) }
}

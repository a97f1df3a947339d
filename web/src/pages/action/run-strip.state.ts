import { duration } from '../../format.ts'
import type { InvocationRow } from '../../invocation-list/state.ts'
import { STATUS_WORDS } from '../../words.ts'

/** As many bars as fit beside the title on a small screen. */
const BARS = 24
const HEIGHTS = 5

/** Bars for the newest rows (rows come newest first), oldest first. Heights go from 1 to 5, by how long each took beside the longest. */
export function stripOf(rows: readonly Pick<InvocationRow, 'id' | 'status' | 'durationMs'>[]) {
  const shown = rows.slice(0, BARS).reverse()
  const longest = Math.max(1, ...shown.map((row) => row.durationMs ?? 0))
  return shown.map(({ id, status, durationMs }) => ({
    id,
    status,
    height: Math.max(1, Math.ceil(((durationMs ?? 0) / longest) * HEIGHTS)),
    title: durationMs === null ? STATUS_WORDS[status] : `${STATUS_WORDS[status]} in ${duration(durationMs)}`,
  }))
}

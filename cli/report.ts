import type { Simulation } from '../server/simulate/simulate.ts'
import { type Column, table } from './table.ts'

/** The question behind an answer. */
export interface Asked {
  from: number
  to: number
  seed: number
}

type Counts = Simulation['total']
type Entry = Simulation['timeline'][number]

const iso = (at: number) => new Date(at).toISOString()
const count = (value: number) => value.toLocaleString('en-US')

/** For programs: one JSON document, instants in ISO 8601. */
export function jsonReport({ actions, total, collisions, timeline, entries, digest }: Simulation, { from, to, seed }: Asked): string {
  const { action: _, ...sums } = total
  const answer = {
    from: iso(from),
    to: iso(to),
    seed,
    digest,
    total: sums,
    actions,
    collisions: {
      ...collisions,
      minutes: collisions.minutes.map((minute) => ({ ...minute, at: iso(minute.at) })),
      peak: collisions.peak && { ...collisions.peak, at: iso(collisions.peak.at) },
    },
    timeline: timeline.map((entry) => ({
      ...entry,
      at: iso(entry.at),
      scheduledFor: iso(entry.scheduledFor),
      retryAt: entry.retryAt === null ? null : iso(entry.retryAt),
    })),
    entries,
  }
  return `${JSON.stringify(answer, null, 2)}\n`
}

/** For people. */
export function textReport(simulation: Simulation, { from, to, seed }: Asked): string {
  const { actions, total, collisions, timeline, entries, digest } = simulation
  const { minutes, peak, overlapped } = collisions
  const parts = [`${iso(from)} to ${iso(to)}, seed ${seed}`, table(COUNT_COLUMNS, [...actions, { ...total, action: 'all' }])]
  if (minutes.length > 0) parts.push(`Busiest minutes\n${table(MINUTE_COLUMNS, minutes)}`)
  if (peak)
    parts.push(
      `Most requests at once: ${count(peak.running)}, at ${iso(peak.at)}. Runs that met another of their action: ${count(overlapped)}.`,
    )
  if (timeline.length > 0) {
    const which = timeline.length < entries ? ` (the first ${count(timeline.length)} of ${count(entries)})` : ''
    parts.push(`Timeline${which}\n${table(ENTRY_COLUMNS, timeline)}`)
  }
  return `${parts.join('\n\n')}\n\nDigest ${digest}\n`
}

/** The sum, and in brackets what it is made of. */
const withReasons = (sum: number, by: Counts['missedBy']) => {
  const reasons = Object.entries(by).map(([reason, times]) => `${reason} ${count(times)}`)
  return reasons.length === 0 ? count(sum) : `${count(sum)} (${reasons.join(', ')})`
}

const COUNT_COLUMNS: Column<Counts>[] = [
  { title: 'action', cell: ({ action }) => action },
  { title: 'occurrences', right: true, cell: ({ occurrences }) => count(occurrences) },
  { title: 'succeeded', right: true, cell: ({ succeeded }) => count(succeeded) },
  { title: 'failed', right: true, cell: ({ failed }) => count(failed) },
  { title: 'missed', right: true, cell: ({ missed, missedBy }) => withReasons(missed, missedBy) },
  { title: 'cancelled', right: true, cell: ({ cancelled, cancelledBy }) => withReasons(cancelled, cancelledBy) },
  { title: 'attempts', right: true, cell: ({ attempts }) => count(attempts) },
  { title: 'retries', right: true, cell: ({ retries }) => count(retries) },
  { title: 'overlapped', right: true, cell: ({ overlapped }) => count(overlapped) },
  { title: 'latest start', right: true, cell: ({ latestStartMs }) => `${count(latestStartMs / 1_000)} s` },
]

const MINUTE_COLUMNS: Column<Simulation['collisions']['minutes'][number]>[] = [
  { title: 'minute', cell: ({ at }) => `${iso(at).slice(0, 16)}Z` },
  { title: 'starts', right: true, cell: ({ starts }) => count(starts) },
  { title: 'actions', right: true, cell: ({ actions }) => count(actions) },
]

const ENTRY_COLUMNS: Column<Entry>[] = [
  { title: 'at', cell: ({ at }) => iso(at) },
  { title: 'action', cell: ({ action }) => action },
  { title: 'scheduled for', cell: ({ scheduledFor }) => iso(scheduledFor) },
  { title: 'status', cell: ({ status, reason }) => (reason ? `${status} (${reason})` : status) },
  { title: 'attempt', right: true, cell: ({ attempt }) => (attempt === 0 ? '' : String(attempt)) },
  { title: 'note', cell: noteOf },
]

function noteOf({ error, retryAt, missedCount }: Entry): string {
  const notes = [
    error,
    retryAt === null ? null : `next attempt at ${iso(retryAt)}`,
    missedCount === 0 ? null : `and ${count(missedCount)} more`,
  ]
  return notes.filter((note) => note !== null).join(', ')
}

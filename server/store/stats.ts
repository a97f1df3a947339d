import type pg from 'pg'
import { SHARES, type StatsWindow, sharesToRead, statsWindow } from '../domain/stats.ts'
import { readClock } from './read-clock.ts'

/** Invocations whose time lies in a span, by how they ended, and what their attempts took. */
export interface Figures {
  succeeded: number
  failed: number
  missed: number
  cancelled: number
  /** Percentiles of the duration of attempts, ms; null when there was none. */
  latencyP50Ms: number | null
  latencyP95Ms: number | null
}

export interface Stats extends Figures {
  /** Epoch ms. */
  from: number
  to: number
  /** In the order of time, without gaps. */
  buckets: (Figures & { from: number })[]
  /** Ten at most, the most frequent first. */
  topFailures: FailureGroup[]
}

export interface FailureGroup {
  actionId: string
  errorCode: string
  count: number
  /** Epoch ms: when the newest of them was due. */
  lastAt: number
}

/** The newest failures, which the groups are made of: an outage may leave any number. */
const GROUPED_FAILURES = 20_000
const GROUPS = 10

/**
 * What came of the invocations of the last hours (1–168), by the time that lists are sorted by, so that a list from one instant to another holds
 * what is counted here. Counts are exact. Latencies are exact for up to 20,000 runs, beyond that those of an even sample of 10,000.
 */
export async function readStats(pool: pg.Pool, projectId: string, hours: number): Promise<Stats> {
  const window = statsWindow((await readClock(pool)).now, hours)
  const counts = await readCounts(pool, projectId, window)
  const sum = (name: keyof Counts) => counts.reduce((total, bucket) => total + bucket[name], 0)
  const runs = sum('succeeded') + sum('failed')
  const [latencies, topFailures] = await Promise.all([
    readLatencies(pool, projectId, window, sharesToRead(runs)),
    readTopFailures(pool, projectId, window),
  ])
  const latencyOf = (n: number) => latencies.get(n) ?? { latencyP50Ms: null, latencyP95Ms: null }
  return {
    from: window.from,
    to: window.to,
    succeeded: sum('succeeded'),
    failed: sum('failed'),
    missed: sum('missed'),
    cancelled: sum('cancelled'),
    ...latencyOf(ALL),
    buckets: counts.map((bucket, n) => ({ from: window.from + n * window.bucketMs, ...bucket, ...latencyOf(n) })),
    topFailures,
  }
}

type Counts = Pick<Figures, 'succeeded' | 'failed' | 'missed' | 'cancelled'>

async function readCounts(pool: pg.Pool, projectId: string, { from, to, bucketMs }: StatsWindow): Promise<Counts[]> {
  const { rows } = await pool.query<{ made: number; open: number; failed: number; missed: number; cancelled: number }>({
    name: 'stats-counts',
    text: COUNTS,
    values: [projectId, from, to, bucketMs],
  })
  return rows.map(({ made, open, failed, missed, cancelled }) => ({
    succeeded: made - open - failed - missed - cancelled,
    failed,
    missed,
    cancelled,
  }))
}

/** In the place of the number of a bucket: all of them. */
const ALL = -1

async function readLatencies(pool: pg.Pool, projectId: string, { from, to, bucketMs }: StatsWindow, shares: number) {
  const { rows } = await pool.query<{ bucket: number; p50: number; p95: number }>({
    name: 'stats-latencies',
    text: LATENCIES,
    values: [projectId, from, to, bucketMs, shares],
  })
  return new Map(rows.map(({ bucket, p50, p95 }) => [bucket, { latencyP50Ms: p50, latencyP95Ms: p95 }]))
}

async function readTopFailures(pool: pg.Pool, projectId: string, { from, to }: StatsWindow): Promise<FailureGroup[]> {
  const { rows } = await pool.query<FailureGroup>({ name: 'stats-failures', text: FAILURES, values: [projectId, from, to] })
  return rows
}

/** SQL: rows of the project from `from` (inclusive) to `to` (exclusive), along an index that begins with these columns. */
const inSpan = (from: string, to: string) => `project_id = $1 and sort_at >= ${from} and sort_at < ${to}`
const COUNTED = `count(*)::int from invocations where ${inSpan('b.start', 'b.stop')}`

// Each figure is a stretch of one index, which holds all that is asked for: no row of the table is read. Those without an outcome that are
// over have succeeded.
const COUNTS = `
select (select ${COUNTED}) as made, (select ${COUNTED} and finished_at is null) as open,
  (select ${COUNTED} and outcome = 'FAILED') as failed, (select ${COUNTED} and outcome = 'MISSED') as missed,
  (select ${COUNTED} and outcome = 'CANCELLED') as cancelled
from generate_series($2::float8::bigint, $3::float8::bigint, $4::float8::bigint) as at
cross join lateral (
  select to_timestamp(at / 1000.0) as start, to_timestamp(least(at + $4::float8, $3::float8) / 1000.0) as stop
) b
order by at`

// The subquery is kept whole: each attempt is found by its key, however many the planner expects.
const LATENCIES = `
select coalesce(bucket, ${ALL}) as bucket, percentile_disc(0.5) within group (order by ms)::float8 as p50,
  percentile_disc(0.95) within group (order by ms)::float8 as p95
from (
  select floor((date_part('epoch', i.sort_at) * 1000 - $2::float8) / $4::float8)::int as bucket, a.duration_ms as ms
  from invocations i cross join lateral (select duration_ms from attempts where invocation_id = i.id offset 0) a
  where ${inSpan('to_timestamp($2::float8 / 1000)', 'to_timestamp($3::float8 / 1000)')} and (uuid_hash(i.id) & ${SHARES - 1}) < $5
) attempts
group by grouping sets ((bucket), ())
having count(*) > 0`

const FAILURES = `
select action_id as "actionId", error_code as "errorCode", count(*)::int as count, date_part('epoch', max(sort_at)) * 1000 as "lastAt"
from (
  select action_id, error_code, sort_at from invocations
  where outcome = 'FAILED' and ${inSpan('to_timestamp($2::float8 / 1000)', 'to_timestamp($3::float8 / 1000)')}
  order by sort_at desc limit ${GROUPED_FAILURES}
) newest
group by action_id, error_code
order by count(*) desc, max(sort_at) desc limit ${GROUPS}`

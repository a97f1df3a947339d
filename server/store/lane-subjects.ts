import type { BreakerState } from '../domain/breaker.ts'
import { type Lane, ONE_AT_A_TIME, type Subject, subjectsOf } from '../domain/lane.ts'
import type { RatePeriod } from '../domain/limit.ts'
import type { Sql } from './database.ts'

/** What holds lanes back, as the database has it. */
export interface StoredSubject extends Subject {
  /** Row of `limits`; null without one. */
  limitId: string | null
  /** Of the service; the key itself for a concurrencyKey. */
  name: string
}

/**
 * Holds the subjects of these names until the transaction ends, so that nobody else lets runs start that count against them. What someone
 * else holds is left out: he is at work on it.
 *
 * Not by locks on their rows: a concurrencyKey counts without one.
 */
export async function holdSubjects(sql: Sql, names: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<[string]>({ name: 'hold-subjects', text: HOLD, values: [names], rowMode: 'array' })
  return new Set(rows.map(([name]) => name))
}

/** The subjects of these lanes by name, and the database's clock in whole epoch ms. A service that was deleted is missing. */
export async function readSubjects(sql: Sql, lanes: readonly Lane[]): Promise<{ now: number; subjects: Map<string, StoredSubject> }> {
  const services = new Set<string>()
  const keys = new Map<string, Lane>()
  for (const lane of lanes) {
    if (lane.serviceId !== null) services.add(lane.serviceId)
    if (lane.key !== null) keys.set(subjectsOf({ ...lane, serviceId: null })[0]!, lane)
  }
  const of = [...keys.values()]
  const { rows } = await sql.query<Row>({
    name: 'read-subjects',
    text: READ,
    values: [[...services], of.map(({ projectId }) => projectId), of.map(({ key }) => key), [...keys.keys()]],
    rowMode: 'array',
  })
  const [[now]] = rows as [Row]
  return { now: Math.floor(now), subjects: new Map(rows.flatMap((row) => (row[1] === null ? [] : [[row[1], toSubject(row)]]))) }
}

type Row = [
  now: number,
  subject: string | null,
  name: string,
  running: number,
  limitId: string | null,
  maxConcurrency: number | null,
  rateLimit: number | null,
  ratePeriod: RatePeriod | null,
  tokens: number | null,
  refilledAt: number | null,
  state: BreakerState | null,
  probeAt: number | null,
  isService: boolean,
]

function toSubject([
  ,
  ,
  name,
  running,
  limitId,
  maxConcurrency,
  rateLimit,
  ratePeriod,
  tokens,
  refilledAt,
  state,
  probeAt,
  isService,
]: Row) {
  const limit = limitId === null ? (isService ? null : ONE_AT_A_TIME) : { maxConcurrency, rateLimit, ratePeriod }
  return {
    limitId,
    name,
    limit,
    running,
    bucket: tokens === null || refilledAt === null ? null : { tokens, at: Math.round(refilledAt) },
    breaker: isService ? { state: state ?? 'CLOSED', probeAt: probeAt === null ? null : Math.round(probeAt) } : null,
  }
}

const HOLD = `select name from unnest($1::text[]) as name where pg_try_advisory_xact_lock(hashtextextended('limit ' || name, 0))`

const LIMIT = `l.id, l.max_concurrency, l.rate_limit, l.rate_period, l.tokens, date_part('epoch', l.refilled_at) * 1000`

const READ = `
select date_part('epoch', clock_timestamp()) * 1000, f.*
from (values (1)) as always left join (
  select s.id::text, s.name, (select count(*)::int from limited_runs r where r.service_id = s.id), ${LIMIT},
    b.state, date_part('epoch', b.probe_at) * 1000, true
  from services s left join limits l on l.service_id = s.id left join breakers b on b.service_id = s.id
  where s.id = any ($1::uuid[])
  union all
  select k.subject, k.key, (select count(*)::int from limited_runs r where r.project_id = k.project_id and r.key = k.key), ${LIMIT},
    null, null, false
  from unnest($2::uuid[], $3::text[], $4::text[]) as k (project_id, key, subject)
  left join limits l on l.project_id = k.project_id and l.key = k.key
) f on true`

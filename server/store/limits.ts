import type { Limit } from '../domain/limit.ts'
import { newId } from '../new-id.ts'
import type { Sql } from './database.ts'

/** What a limit is on: a service, or a concurrencyKey of a project. UUIDs. */
export type LimitSubject = { projectId: string; serviceId: string; key: null } | { projectId: string; serviceId: null; key: string }

/** A limit as it is stored. */
export interface StoredLimit extends Limit {
  id: string
}

/** What it limits, without where it is stored. */
export const limitOf = ({ maxConcurrency, rateLimit, ratePeriod }: Limit): Limit => ({ maxConcurrency, rateLimit, ratePeriod })

/** Reads a limit and keeps its row locked until the transaction ends; null without one. */
export async function lockLimit(sql: Sql, { projectId, serviceId, key }: LimitSubject): Promise<StoredLimit | null> {
  const { rows } = await sql.query<StoredLimit>(
    `select id, max_concurrency as "maxConcurrency", rate_limit as "rateLimit", rate_period as "ratePeriod" from limits
     where project_id = $1 and (service_id = $2 or key = $3) for no key update`,
    [projectId, serviceId, key],
  )
  return rows[0] ?? null
}

/** Stores a limit in the place of the locked one, if any. A rate that is another one begins anew. Gives its UUID. */
export async function putLimit(
  sql: Sql,
  { projectId, serviceId, key }: LimitSubject,
  before: StoredLimit | null,
  limit: Limit,
): Promise<string> {
  const id = before?.id ?? newId()
  const { maxConcurrency, rateLimit, ratePeriod } = limit
  await sql.query(PUT, [id, projectId, serviceId, key, maxConcurrency, rateLimit, ratePeriod])
  return id
}

export async function deleteLimit(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from limits where id = $1', [id])
}

const PUT = `
insert into limits as l (id, project_id, service_id, key, max_concurrency, rate_limit, rate_period, created_at, updated_at)
select $1, $2, $3, $4, $5, $6, $7, at, at from (select date_trunc('milliseconds', clock_timestamp()) as at) c
on conflict (id) do update set max_concurrency = excluded.max_concurrency, rate_limit = excluded.rate_limit,
  rate_period = excluded.rate_period, updated_at = excluded.updated_at,
  tokens = case when (l.rate_limit, l.rate_period) = (excluded.rate_limit, excluded.rate_period) then l.tokens end,
  refilled_at = case when (l.rate_limit, l.rate_period) = (excluded.rate_limit, excluded.rate_period) then l.refilled_at end`

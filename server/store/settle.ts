import type { Actor } from '../domain/actor.ts'
import type { ChainedEntry } from '../domain/audit-entry.ts'
import { eventTypeOf } from '../domain/event.ts'
import { type InvocationStatus, sourcesOf } from '../domain/lifecycle.ts'
import type { AttemptRecord } from './attempt-record.ts'
import { callBack } from './callback-rows.ts'
import type { Sql } from './database.ts'
import type { Running } from './mark-running.ts'

/** How one attempt ended: what its record says, and what becomes of its invocation. */
export interface Outcome extends AttemptRecord {
  /** The fence: who ran which attempt of which invocation. */
  invocationId: string
  attempt: number
  owner: string
  status: Extract<InvocationStatus, 'SUCCEEDED' | 'RETRYING' | 'FAILED'>
  /** When the next attempt is due, epoch ms (database time); only with RETRYING. */
  retryAt: number | null
  errorSource: 'TARGET' | 'DISPATCH' | 'UNKNOWN' | null
  /** Its action may have a callbackUrl. */
  callback: boolean
  /** It may count against a limit. */
  limited: boolean
  /** The run as it was marked; absent for one of another server, of which only the database knows whose it was. */
  run?: Pick<Running, 'projectId' | 'actionId' | 'asked'>
}

/** Whose run it was, for which record, and how the attempt ended. */
export type SettledRun = [
  id: string,
  projectId: string,
  actionId: string,
  actorKind: Actor['kind'],
  actorId: string | null,
  recordType: string | null,
  recordId: string | null,
  attempt: number,
  status: Outcome['status'],
  responseCode: number | null,
  errorCode: string | null,
]

/**
 * Records outcomes: the attempt, the invocation's new state and its event, in one statement for many.
 *
 * @returns the invocations that were settled. One that is missing was fenced off: someone else answers for it by now
 * (its lease had run out), and nothing of this outcome was written.
 */
export async function settle(sql: Sql, outcomes: readonly Outcome[]): Promise<Set<string>> {
  return new Set((await settleRuns(sql, outcomes)).map(([id]) => id))
}

/** The same; gives what else an entry of the audit says of them. */
export async function settleRuns(sql: Sql, outcomes: readonly Outcome[]): Promise<SettledRun[]> {
  const { rows } = await sql.query<SettledRun>({
    name: 'settle',
    text: SETTLE,
    values: [JSON.stringify(outcomes.map(toInput))],
    rowMode: 'array',
  })
  return rows
}

/** Short keys: they are repeated in every row. Nulls are left out. */
const toInput = (o: Outcome) => ({
  i: o.invocationId,
  n: o.attempt,
  o: o.owner,
  st: o.status,
  r: o.retryAt ?? undefined,
  a: o.attemptId,
  s: o.startedAt,
  f: o.finishedAt,
  d: o.durationMs,
  c: o.responseCode ?? undefined,
  h: o.responseHeaders ?? undefined,
  b: o.responseBody ?? undefined,
  t: o.truncated,
  es: o.errorSource ?? undefined,
  ec: o.errorCode ?? undefined,
  em: o.errorMessage ?? undefined,
  p: o.phases ?? undefined,
  fp: o.failedPhase ?? undefined,
  cb: o.callback || undefined,
  lm: o.limited || undefined,
})

/**
 * The same with the entries of the audit, one for each outcome, in their order and in one statement: all or nothing. What an entry says of its
 * run is taken from the row, the rest from the outcome; both are what was hashed, as none of it ever changes.
 *
 * @returns false when one or more outcomes were fenced off: nothing was written, and `settleRuns` has to tell which
 */
export async function settleWithEntries(sql: Sql, outcomes: readonly Outcome[], entries: readonly ChainedEntry[]): Promise<boolean> {
  const given = outcomes.map((outcome, index) => {
    const { id, seq, objectId, prevHash, hash } = entries[index]!
    return { ...toInput(outcome), e: id, q: seq, eo: objectId, eq: prevHash, eh: hash }
  })
  const { chainId, at } = entries[0] ?? { chainId: NO_CHAIN, at: new Date(0).toISOString() }
  try {
    await sql.query({ name: 'settle-noted', text: SETTLE_NOTED, values: [JSON.stringify(given), chainId, at], rowMode: 'array' })
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === FENCED) return false
    throw error
  }
}

const NO_CHAIN = '00000000-0000-0000-0000-000000000000'
/** SQLSTATE of a division by zero, which the statement does where an outcome is missing. */
const FENCED = '22012'

const MAY_SETTLE = [...new Set([...sourcesOf('SUCCEEDED'), ...sourcesOf('RETRYING'), ...sourcesOf('FAILED')])]
  .map((status) => `'${status}'`)
  .join(', ')

const typeOf = (status: Outcome['status']) => `when '${status}' then '${eventTypeOf(status)}'`

// The range of `n` says nothing new to us: it makes the planner look each row up by its key (see mark-running.ts).
const statement = (noted: boolean): string => `
with given as materialized (
  select * from json_to_recordset($1) as o (i uuid, n smallint, o uuid, st invocation_status, r float8, a uuid, s float8, f float8,
    d real, c smallint, h json, b text, t boolean, es error_source, ec text, em text, p real[], fp attempt_phase, cb boolean, lm boolean${noted ? ', e uuid, q bigint, eo text, eq text, eh text' : ''})
  where n between 1 and 100
), settled as (
  update invocations i
  set status = g.st, outcome = case when g.st = 'FAILED' then g.st end, lease_owner = null, lease_until = null,
    run_at = coalesce(to_timestamp(g.r / 1000), i.run_at),
    finished_at = case when g.st <> 'RETRYING' then greatest(clock_timestamp(), i.dispatched_at) end,
    response_code = g.c, error_source = g.es, error_code = g.ec, error_message = g.em
  from given g
  where i.id = g.i and i.attempt_count = g.n and i.lease_owner = g.o and i.status in (${MAY_SETTLE})
  returning i.id, i.project_id, i.action_id, i.status, greatest(clock_timestamp(), i.dispatched_at) as at,
    g.n, g.a, g.s, g.f, g.d, g.c, g.h, g.b, g.t, g.es, g.ec, g.em, g.p, g.fp, g.cb, g.lm, i.actor_kind, i.actor_id, i.record_type, i.record_id
    ${noted ? ', g.e, g.q, g.eo, g.eq, g.eh' : ''}
), recorded as (
  insert into attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code, response_headers, response_body,
    truncated, error_source, error_code, error_message, dns_ms, connect_ms, tls_ms, send_ms, wait_ms, body_ms, failed_phase)
  select a, id, n, to_timestamp(s / 1000), to_timestamp(f / 1000), d, c, h, b, t, es, ec, em, p[1], p[2], p[3], p[4], p[5], p[6], fp from settled
), called as (
  ${callBack('settled', 'at', "e.cb and e.status <> 'RETRYING'")}
), freed as (
  delete from limited_runs r using settled s where s.lm and r.invocation_id = s.id
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id, status)
  select project_id, case status ${(['SUCCEEDED', 'RETRYING', 'FAILED'] as const).map(typeOf).join(' ')} end, at, action_id, id, status
  from settled
)${noted ? NOTED : ''}
${noted ? 'select 1 / (count(*) = (select count(*) from given))::int from settled' : 'select id, project_id, action_id, actor_kind, actor_id, record_type, record_id, n, status, c, ec from settled'}`

/** SQL: the entries as `deliveryEntry` makes them, to the letter. */
const NOTED = `, noted as (
  insert into audit_entries (chain_id, seq, id, project_id, at, actor_kind, actor_id, verb, object_type, object_id, action_id, invocation_id,
    record_type, record_id, data, result, code, prev_hash, hash)
  select $2::uuid, q, e, project_id, $3::timestamptz, actor_kind, actor_id, 'invocation.sent', 'invocation', eo, action_id, id, record_type, record_id,
    (case when c is null then '{"attempt":' || n else '{"attempt":' || n || ',"responseCode":' || c end || ',"status":"' || status || '"}')::json,
    case when status = 'SUCCEEDED' then 'DONE' else 'FAILED' end::audit_result, ec, decode(eq, 'hex'), decode(eh, 'hex')
  from settled
)`

const SETTLE = statement(false)
const SETTLE_NOTED = statement(true)

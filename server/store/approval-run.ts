import type { Actor } from '../domain/actor.ts'
import type { ApprovalPolicy, ApprovalStage } from '../domain/approval-policy.ts'
import { ConditionInput } from '../domain/condition-input.ts'
import type { Variables } from '../domain/condition-variables.ts'
import { digestOf } from '../domain/digest.ts'
import type { HttpMethod } from '../domain/http-method.ts'
import { publicId } from '../domain/ids.ts'
import type { InvocationStatus } from '../domain/lifecycle.ts'
import { recordOf } from '../domain/record.ts'
import { openHeaders } from './action-headers.ts'
import type { Sql } from './database.ts'
import { PINNED, SENT } from './pinned-request.ts'
import type { Vault } from './vault.ts'

/** A stored run with all that its approval depends on. Instants are epoch ms. */
export interface ApprovableRun {
  id: string
  projectId: string
  actionId: string
  status: InvocationStatus
  trigger: string
  attemptCount: number
  actorKind: Actor['kind']
  actorId: string | null
  actorName: string | null
  email: string | null
  roleName: string | null
  /** UUID of the person behind the actor. */
  requestedBy: string | null
  recordType: string | null
  recordId: string | null
  scheduledFor: number | null
  /** Its own body; null: the action's. */
  input: string | null
  /** Of the request that would be sent. */
  version: number
  method: HttpMethod
  url: string
  /** As stored. */
  headers: string | null
  body: string | null
  action: { name: string; key: string | null; kind: string; tags: string[]; recordType: string | null }
  /** Of the action, as it is now. */
  policy: ApprovalPolicy | null
  editedBy: string | null
  enabled: boolean
  /** Next nominal time of a RECURRING action. */
  nextRunAt: number | null
  catchUpWindowSeconds: number
  /** Of its project's rules, as they were when this was read. */
  policyVersion: number
  now: number
}

/**
 * Reads runs with what would be sent. `hold`: nobody edits their actions until the transaction ends.
 */
export async function readApprovableRuns(
  sql: Sql,
  ids: readonly string[],
  { hold }: { hold: boolean },
): Promise<Map<string, ApprovableRun>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql.query<ApprovableRun>({
    name: hold ? 'hold-approvable-runs' : 'read-approvable-runs',
    text: hold ? `${READ} order by a.id for share of a` : READ,
    values: [ids],
  })
  return new Map(rows.map((row) => [row.id, row]))
}

const MS = (column: string) => `round(date_part('epoch', ${column}) * 1000)`

const READ = `
select i.id, i.project_id as "projectId", i.action_id as "actionId", i.status, i.trigger, i.attempt_count as "attemptCount",
  i.actor_kind as "actorKind", i.actor_id as "actorId", coalesce(t.name, u.name) as "actorName", u.email, r.name as "roleName",
  coalesce(i.requested_by, case i.actor_kind when 'USER' then i.actor_id end) as "requestedBy",
  i.record_type as "recordType", i.record_id as "recordId", ${MS('i.scheduled_for')} as "scheduledFor", i.input,
  ${SENT.version} as version, ${SENT.method} as method,
  ${SENT.url} as url,
  ${SENT.headers} as headers,
  ${SENT.body} as body,
  json_build_object('name', a.name, 'key', a.key, 'kind', a.kind, 'tags', a.tags, 'recordType', a.record_type) as action,
  a.approval as policy, a.edited_by as "editedBy", a.enabled, ${MS("case a.kind when 'RECURRING' then a.next_run_at end")} as "nextRunAt",
  a.catch_up_window_seconds as "catchUpWindowSeconds", p.policy_version as "policyVersion",
  floor(date_part('epoch', clock_timestamp()) * 1000) as now
from invocations i
join actions a on a.id = i.action_id
join projects p on p.id = i.project_id
${PINNED}
left join api_tokens t on i.actor_kind in ('TOKEN', 'AGENT') and t.id = i.actor_id
left join users u on u.id = coalesce(i.requested_by, case i.actor_kind when 'USER' then i.actor_id end, t.on_behalf_of)
left join memberships m on t.id is null and m.project_id = i.project_id and m.user_id = u.id
left join roles r on r.id = coalesce(t.role_id, m.role_id)
where i.id = any ($1::uuid[])`

type DigestedRun = Pick<ApprovableRun, 'actionId' | 'method' | 'url' | 'headers' | 'body' | 'recordType' | 'recordId'>

/** The digest of what would be sent, as it is approved under `stages`; null stages: it needs no approval. */
export const digestOfRun = (vault: Vault, run: DigestedRun, stages: readonly ApprovalStage[] | null): string =>
  digestOf({
    action: publicId('action', run.actionId),
    method: run.method,
    url: run.url,
    headers: openHeaders(vault, run.actionId, run.headers),
    body: run.body,
    record: recordOf(run),
    stages,
  })

/** What conditions see of it. */
export function variablesOf(run: ApprovableRun): Variables {
  const { actorKind, actorId } = run
  return {
    actor: {
      id: actorId && publicId(actorKind === 'USER' ? 'user' : 'token', actorId),
      kind: actorKind,
      name: run.actorName ?? (actorKind === 'SYSTEM' ? 'Docket' : ''),
      email: run.email,
      role: run.roleName,
    },
    record: recordOf(run),
    input: new ConditionInput(run.body),
    action: { ...run.action, id: publicId('action', run.actionId), method: run.method, url: run.url },
  }
}

/** The people who asked for each run: its requester, and those of the runs that it repeats, also behind their tokens. */
export async function readRequesters(sql: Sql, ids: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await sql.query<{ id: string; people: string[] }>({ name: 'read-requesters', text: REQUESTERS, values: [ids] })
  return new Map(rows.map(({ id, people }) => [id, people]))
}

const REQUESTERS = `
with recursive asked as (
  select i.id as of, i.retry_of_id, i.requested_by, i.actor_kind, i.actor_id from invocations i where i.id = any ($1::uuid[])
  union all
  select c.of, i.retry_of_id, i.requested_by, i.actor_kind, i.actor_id from asked c join invocations i on i.id = c.retry_of_id
)
select c.of as id, array_agg(distinct person) as people
from asked c
left join api_tokens t on c.actor_kind in ('TOKEN', 'AGENT') and t.id = c.actor_id
cross join lateral unnest(array[c.requested_by, case c.actor_kind when 'USER' then c.actor_id end, t.on_behalf_of, t.created_by]) as person
where person is not null
group by c.of`

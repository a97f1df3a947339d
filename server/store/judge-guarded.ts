import type { Actor } from '../domain/actor.ts'
import { isTooLate, judgeStanding } from '../domain/approval.ts'
import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import type { HttpMethod } from '../domain/http-method.ts'
import { recordOf } from '../domain/record.ts'
import { digestOfRun } from './approval-run.ts'
import type { Sql } from './database.ts'
import { accessNow, type GuardedRun, mayApprove, mayTriggerNow } from './judge-run.ts'
import { PINNED } from './pinned-request.ts'
import type { Vault } from './vault.ts'

/** What becomes of guarded runs. */
export interface Judged {
  /** May be sent, by id: the version of their project's rules under which that was said. */
  passed: Map<string, number>
  refused: Refused[]
}

/**
 * A run that is not sent. REQUESTER: who asked for it may not any more. DENIED: its approval is not given. LATE: it was approved when its time
 * had passed. EDITED: the request is not the one that was approved. VOTERS: people who approved may not any more.
 */
export interface Refused {
  id: string
  projectId: string
  actionId: string
  record: { type: string; id: string } | null
  why: 'REQUESTER' | 'DENIED' | 'LATE' | 'EDITED' | 'VOTERS'
  /** UUID; null for a run that needed none. */
  approvalId: string | null
  /** People whose votes are void, UUIDs, and the stage that is open without them. */
  voters: string[]
  stage: number
}

/**
 * Holds these guarded runs, their actions, services and approvals as they are until the transaction ends; what someone else is changing at this
 * moment is left out, and nothing waits. Gives the ids of those that are held.
 */
export async function holdGuarded(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<Held>({ name: 'hold-guarded', text: HOLD, values: [ids] })
  const wanted = (column: 'serviceId' | 'approvalId') => [...new Set(rows.flatMap((row) => row[column] ?? []))]
  const [services, approvals] = [wanted('serviceId'), wanted('approvalId')]
  const held = new Set<string>()
  if (services.length > 0) await hold(sql, 'hold-services', HOLD_SERVICES, services, held)
  if (approvals.length > 0) await hold(sql, 'hold-approvals', HOLD_APPROVALS, approvals, held)
  const isHeld = (id: string | null) => id === null || held.has(id)
  return new Set(rows.filter(({ serviceId, approvalId }) => isHeld(serviceId) && isHeld(approvalId)).map(({ id }) => id))
}

async function hold(sql: Sql, name: string, text: string, ids: readonly string[], held: Set<string>): Promise<void> {
  const { rows } = await sql.query<{ id: string }>({ name, text, values: [ids] })
  for (const { id } of rows) held.add(id)
}

/** Judges runs that are held: who asked for them, who approved them and what they would send, all as it is now. */
export async function judgeGuarded(sql: Sql, vault: Vault, ids: Iterable<string>): Promise<Judged> {
  const { rows } = await sql.query<Facts>({ name: 'read-guarded', text: READ, values: [[...ids]] })
  const judged: Judged = { passed: new Map(), refused: [] }
  const mayTrigger = onceEach(sql)
  for (const facts of rows) {
    const refusal = await refusalOf(sql, vault, facts, mayTrigger)
    const { id, projectId, actionId, approvalId } = facts
    if (!refusal) judged.passed.set(id, facts.policyVersion)
    else judged.refused.push({ id, projectId, actionId, record: recordOf(facts), approvalId, voters: [], stage: 0, ...refusal })
  }
  return judged
}

type Refusal = Pick<Refused, 'why'> & Partial<Pick<Refused, 'voters' | 'stage'>>

type MayTrigger = (run: GuardedRun) => Promise<boolean>

/** `mayTriggerNow`; of runs by one requester that differ in nothing that rules can ask for, once. */
function onceEach(sql: Sql): MayTrigger {
  const known = new Map<string, Promise<boolean>>()
  return (run) => {
    const key = JSON.stringify([run.projectId, run.actorKind, run.actorId, run.actionId, run.recordType, run.recordId, run.input])
    let may = known.get(key)
    if (!may) {
      may = mayTriggerNow(sql, run)
      known.set(key, may)
    }
    return may
  }
}

async function refusalOf(sql: Sql, vault: Vault, facts: Facts, mayTrigger: MayTrigger): Promise<Refusal | undefined> {
  if (!(await mayTrigger(facts))) return { why: 'REQUESTER' }
  if (facts.approvalId === null) return undefined
  if (facts.approvalStatus !== 'APPROVED') return { why: 'DENIED' }
  const { scheduledFor, decidedAt } = facts
  if (scheduledFor && decidedAt && isTooLate(scheduledFor.getTime(), decidedAt.getTime(), graceOf(facts))) return { why: 'LATE' }
  if (digestOfRun(vault, facts, facts.policy.stages) !== facts.digest) return { why: 'EDITED' }
  const rights = new Map<string, Awaited<ReturnType<typeof mayApprove>>>()
  for (const { userId } of facts.votes) rights.set(userId, await mayApprove(sql, facts.projectId, userId, facts))
  if (facts.grantor !== null && !(await mayApprove(sql, facts.projectId, facts.grantor, facts))?.approve) return { why: 'VOTERS' }
  if (facts.brokeGlass && !(await mayBreakGlass(sql, facts))) return { why: 'DENIED' }
  const { void: voters, stands, stage } = judgeStanding(facts, (userId) => rights.get(userId))
  return voters.length > 0 || !stands ? { why: 'VOTERS', voters, stage } : undefined
}

const mayBreakGlass = async (sql: Sql, { projectId, actorKind, actorId }: Facts): Promise<boolean> =>
  (await accessNow(sql, projectId, { kind: actorKind, id: actorId }))?.breakGlass ?? false

const graceOf = ({ catchUpWindowSeconds, policy: { expiresInSeconds } }: Facts) => ({ catchUpWindowSeconds, expiresInSeconds })

interface Held {
  id: string
  serviceId: string | null
  approvalId: string | null
}

interface Facts {
  id: string
  projectId: string
  actionId: string
  actorKind: Actor['kind']
  actorId: string | null
  recordType: string | null
  recordId: string | null
  input: string | null
  policyVersion: number
  /** Nominal time of an occurrence; null for what someone asked for, to be run when it is approved, and for the past of a backfill. */
  scheduledFor: Date | null
  catchUpWindowSeconds: number
  method: HttpMethod
  url: string
  headers: string | null
  body: string | null
  approvalId: string | null
  approvalStatus: string
  policy: ApprovalPolicy
  digest: string
  decidedAt: Date | null
  escalated: boolean
  withoutVotes: boolean
  /** UUID of who granted it in advance; null without a grant. */
  grantor: string | null
  brokeGlass: boolean
  votes: { userId: string; stage: number; decision: 'APPROVE' | 'REJECT' }[]
}

const HOLD = `
select i.id, coalesce(v.service_id, a.service_id) as "serviceId", (select id from approvals where invocation_id = i.id) as "approvalId"
from invocations i join actions a on a.id = i.action_id
left join action_versions v on v.action_id = i.action_id and v.version = i.action_version
where i.id = any ($1::uuid[]) and i.status = 'PENDING' and not i.held
for update of i skip locked
for share of a skip locked`

const HOLD_SERVICES = 'select id from services where id = any ($1::uuid[]) for share skip locked'
const HOLD_APPROVALS = 'select id from approvals where id = any ($1::uuid[]) for update skip locked'

const READ = `
select i.id, i.project_id as "projectId", i.action_id as "actionId", i.actor_kind as "actorKind", i.actor_id as "actorId",
  i.record_type as "recordType", i.record_id as "recordId", i.input, p.policy_version as "policyVersion",
  case i.trigger when 'SCHEDULE' then i.scheduled_for end as "scheduledFor", a.catch_up_window_seconds as "catchUpWindowSeconds",
  coalesce(v.method, a.method) as method,
  case when v.version is null then coalesce(s.base_url || a.path, a.url) else coalesce(v.url, s.base_url || v.path) end as url,
  case when v.version is null then a.headers else v.headers end as headers,
  coalesce(i.input, case when v.version is null then a.body else v.body end) as body,
  ap.id as "approvalId", ap.status as "approvalStatus", ap.policy, ap.digest, ap.decided_at as "decidedAt",
  ap.escalated_at is not null as escalated, num_nonnulls(ap.grant_id, ap.break_glass_reason) > 0 as "withoutVotes",
  (select created_by from approval_grants where id = ap.grant_id) as grantor, ap.break_glass_reason is not null as "brokeGlass",
  coalesce((
    select json_agg(json_build_object('userId', x.user_id, 'stage', x.stage, 'decision', x.decision) order by x.at, x.id)
    from approval_votes x where x.approval_id = ap.id and x.voided_at is null
  ), '[]') as votes
from invocations i
join actions a on a.id = i.action_id
join projects p on p.id = i.project_id
${PINNED}
left join approvals ap on ap.invocation_id = i.id
where i.id = any ($1::uuid[])`

import { type ApprovalDecision, type ApprovalStatus, type CountedVote, type VoidReason, votesInAdvance } from '../domain/approval.ts'
import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import { newId } from '../new-id.ts'
import { AWAITING } from './approvals.ts'
import type { Sql } from './database.ts'
import { tellApprovers } from './notices.ts'

/** An approval with the votes that count. Instants are epoch ms. */
export interface StoredApproval {
  id: string
  invocationId: string
  status: ApprovalStatus
  policy: ApprovalPolicy
  stage: number
  digest: string
  excluded: string[]
  /** When it was first asked for. */
  requestedAt: number
  expiresAt: number
  escalated: boolean
  brokeGlass: boolean
  /** Null while it is not decided. */
  decidedAt: number | null
  /** Of people, or their grants: those count as votes in advance. */
  votes: CountedVote[]
}

/** The approvals of runs, by the UUID of the run. */
export async function readApprovals(sql: Sql, invocationIds: readonly string[]): Promise<Map<string, StoredApproval>> {
  if (invocationIds.length === 0) return new Map()
  const { rows } = await sql.query<StoredApproval & { grantors: string[] }>({ name: 'read-approvals', text: READ, values: [invocationIds] })
  return new Map(
    rows.map(({ grantors, ...row }) => [
      row.invocationId,
      { ...row, votes: [...votesInAdvance(row.policy.stages, grantors), ...row.votes] },
    ]),
  )
}

/**
 * Holds the run and then its approval until the transaction ends, and reads that. Undefined for an unknown run and another project's;
 * null for one that never needed an approval.
 */
export async function lockApproval(sql: Sql, projectId: string, invocationId: string): Promise<StoredApproval | null | undefined> {
  // The action first, as whoever edits it.
  const { rowCount } = await sql.query({ name: 'hold-approval-action', text: HOLD_ACTION, values: [invocationId, projectId] })
  if (!rowCount) return undefined
  await sql.query({ name: 'hold-approval-run', text: 'select from invocations where id = $1 for update', values: [invocationId] })
  await sql.query({ name: 'hold-approval', text: 'select from approvals where invocation_id = $1 for update', values: [invocationId] })
  return (await readApprovals(sql, [invocationId])).get(invocationId) ?? null
}

const HOLD_ACTION = `
select from actions a where a.id = (select i.action_id from invocations i where i.id = $1 and i.project_id = $2) for share`

const READ = `
select p.id, p.invocation_id as "invocationId", p.status, p.policy, p.stage, p.digest, p.excluded,
  round(date_part('epoch', p.requested_at) * 1000) as "requestedAt", round(date_part('epoch', p.expires_at) * 1000) as "expiresAt",
  round(date_part('epoch', p.decided_at) * 1000) as "decidedAt", p.escalated_at is not null as escalated,
  p.break_glass_reason is not null as "brokeGlass",
  array(select g.created_by from unnest(p.grant_ids) with ordinality as x (id, place) join approval_grants g using (id) order by x.place) as grantors,
  coalesce((
    select json_agg(json_build_object('userId', v.user_id, 'stage', v.stage, 'decision', v.decision) order by v.at, v.id)
    from approval_votes v where v.approval_id = p.id and v.voided_at is null
  ), '[]') as votes
from approvals p where p.invocation_id = any ($1::uuid[])`

export interface NewVote {
  approvalId: string
  userId: string
  stage: number
  decision: ApprovalDecision
  comment: string | null
  digest: string
}

/** Adds a vote to an approval that this transaction holds. False when the person has one that counts, or the time is over. */
export async function addVote(sql: Sql, { approvalId, userId, stage, decision, comment, digest }: NewVote): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'add-vote',
    text: ADD,
    values: [newId(), approvalId, userId, stage, decision, comment, digest],
  })
  return rowCount === 1
}

const ADD = `
insert into approval_votes (id, approval_id, user_id, stage, decision, comment, digest, at)
select $1, p.id, $3, $4, $5, $6, $7, date_trunc('milliseconds', clock_timestamp())
from approvals p
where p.id = $2 and p.status = 'PENDING' and p.expires_at > clock_timestamp() and p.digest = $7
on conflict (approval_id, user_id) where voided_at is null do nothing`

/** More people have to agree: notes the stage that is open now. */
export async function setStage(sql: Sql, approvalId: string, stage: number): Promise<void> {
  await sql.query({ name: 'set-approval-stage', text: STAGE, values: [approvalId, stage] })
}

const STAGE = `
with voted as (
  update approvals p set stage = $2 where p.id = $1 returning p.project_id, p.action_id, p.invocation_id
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'approval.voted', date_trunc('milliseconds', clock_timestamp()), action_id, invocation_id, 'AWAITING_APPROVAL' from voted`

/**
 * Everyone agreed: the run is to be sent, at its time or at once, after the gate has looked at it. While its action is paused the one run of
 * a ONE_TIME action stays held. Tells nobody, because the caller may have to end it.
 */
export async function approveRun(
  sql: Sql,
  { id, invocationId, policy }: Pick<StoredApproval, 'id' | 'invocationId' | 'policy'>,
): Promise<void> {
  await sql.query({ name: 'approve-run', text: APPROVE, values: [id, invocationId, policy.stages.length - 1] })
}

const APPROVE = `
with c as (
  select date_trunc('milliseconds', clock_timestamp()) as at
), approved as (
  update approvals p set status = 'APPROVED', decided_at = c.at, stage = $3, remind_at = null, escalate_at = null
  from c where p.id = $1 and p.status = 'PENDING'
  returning p.invocation_id
), released as (
  update invocations i
  set status = 'PENDING', guarded = true, held = not a.enabled and a.kind = 'ONE_TIME' and i.scheduled_for is not null,
    run_at = greatest(i.run_at, c.at), lease_owner = null, lease_until = null
  from approved p, actions a, c
  where i.id = p.invocation_id and i.id = $2 and a.id = i.action_id and i.status = 'AWAITING_APPROVAL'
  returning i.id, i.project_id, i.action_id, i.status, c.at
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select r.project_id, t.type, r.at, r.action_id, r.id, r.status
from released r cross join (values (1, 'approval.approved'), (2, 'invocation.updated')) as t (turn, type)
order by t.turn`

/** Which votes of an approval count no longer, and where that leaves it. */
export interface LostVotes {
  approvalId: string
  userIds: readonly string[]
  /** The stage that is open without them; of what grants approved, the first one is. */
  stage: number
}

/**
 * Takes votes back whose voters may no longer approve; a run that was approved by them waits again. In a transaction that holds the run's
 * row. One whose time for a decision is over by now gets as much again as it had; people are reminded, and a second role is asked, as from now.
 */
export async function voidVotes(sql: Sql, lost: readonly LostVotes[], reason: VoidReason): Promise<void> {
  if (lost.length === 0) return
  const given = JSON.stringify(lost.map(({ approvalId, userIds, stage }) => ({ id: approvalId, u: userIds, s: stage })))
  await sql.query({ name: 'void-votes', text: VOID, values: [given, reason] })
  await tellApprovers(
    sql,
    lost.map(({ approvalId }) => ({ id: approvalId })),
    'VOIDED',
  )
}

/** SQL: until when approval p may be decided, that is asked for again at g.at. */
const EXPIRES_AT = `case when p.expires_at > g.at then p.expires_at
      else g.at + (p.policy ->> 'expiresInSeconds')::float8 * interval '1 second' end`

/** SQL: when that member of its policy is due, if ever before its end, as `clockOf` says. */
const dueAt = (member: 'remindAfterSeconds' | 'escalateAfterSeconds'): string =>
  `(select due.at from (select g.at + (p.policy ->> '${member}')::float8 * interval '1 second' as at) due where due.at < ${EXPIRES_AT})`

// Grants approve together or not at all: without one of them the others are no votes either, and the first stage is open.
const VOID = `
with given as materialized (
  select g.*, date_trunc('milliseconds', clock_timestamp()) as at from json_to_recordset($1) as g (id uuid, u uuid[], s smallint)
), void as (
  update approval_votes v set voided_at = g.at, void_reason = $2
  from given g where v.approval_id = g.id and v.user_id = any (g.u) and v.voided_at is null
), opened as (
  update approvals p
  set status = 'PENDING', decided_at = null, stage = case when p.grant_ids = '{}' then g.s else 0 end, grant_ids = '{}',
    expires_at = ${EXPIRES_AT}, remind_at = ${dueAt('remindAfterSeconds')}, escalate_at = case when p.escalated_at is null then ${dueAt('escalateAfterSeconds')} end
  from given g where p.id = g.id and p.status in ('PENDING', 'APPROVED')
  returning p.project_id, p.action_id, p.invocation_id, g.at
), taken_back as (
  update invocations i set ${AWAITING} from opened o where i.id = o.invocation_id and i.status = 'PENDING'
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'approval.voided', at, action_id, invocation_id, 'AWAITING_APPROVAL' from opened`

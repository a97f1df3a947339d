import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import { publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { type ApprovableRun, digestOfRun, readApprovableRuns } from './approval-run.ts'
import { AWAITING, type Bound, boundTo } from './approvals.ts'
import type { AuditNote } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { holdMade } from './hold-made.ts'
import { tellApprovers } from './notices.ts'

/** Whose requests may have changed. */
export type Edited = { actionIds: readonly string[] } | { serviceIds: readonly string[] } | { invocationIds: readonly string[] }

/**
 * After an edit of what is sent: approvals of runs that would send something else by now are asked for again, from the first stage on, and
 * the votes they had are void; what was approved already goes back to wait. Runs that needed no approval and do now, by the action's policy or their
 * requester's role, wait for one.
 * In the transaction of the edit.
 *
 * @param editor UUID of who edited it, and may not approve it; null where nobody can be named
 * @param note gets what the audit says of each approval that is void
 */
export async function voidEdited(
  sql: Sql,
  { vault }: Pick<Database, 'vault'>,
  edited: Edited,
  editor: string | null,
  note: (note: AuditNote) => void,
): Promise<void> {
  const [of, ids] = scopeOf(edited)
  await sql.query({ name: `hold-approved-${of}`, text: HOLD[of], values: [ids] })
  const { rows: open } = await sql.query<Open>({ name: `open-approvals-${of}`, text: OPEN[of], values: [ids] })
  const runs = await readApprovableRuns(
    sql,
    open.map(({ invocationId }) => invocationId),
    { hold: true },
  )
  const changed = open.filter(({ invocationId, policy, digest }) => digestOfRun(vault, runs.get(invocationId)!, policy.stages) !== digest)
  if (changed.length > 0) {
    const rows = changed.map(({ id, invocationId, policy }) => ({ ...boundTo(runs.get(invocationId)!, vault, policy), id }))
    await sql.query({ name: 'rebind-approvals', text: REBIND, values: [JSON.stringify(rows), editor] })
    await tellApprovers(sql, changed, 'VOIDED')
    for (const [index, open] of changed.entries()) note(noteOf(open, runs.get(open.invocationId)!, rows[index]!))
  }
  const { rows } = await sql.query<{ id: string }>({ name: `unapproved-${of}`, text: FREE[of], values: [ids] })
  const free = rows.map(({ id }) => id)
  await holdMade(sql, { vault }, free, note, { alteredBy: editor })
  if (free.length > 0) await sql.query({ name: 'judge-edited-again', text: JUDGE_AGAIN, values: [free] })
}

interface Open {
  id: string
  invocationId: string
  status: 'PENDING' | 'APPROVED'
  policy: ApprovalPolicy
  digest: string
}

const noteOf = ({ id, invocationId, status, digest }: Open, run: ApprovableRun, { d }: Bound): AuditNote => ({
  verb: 'approval.voided',
  object: { type: 'approval', id: publicId('approval', id) },
  actionId: run.actionId,
  invocationId,
  record: recordOf(run),
  data: { why: 'What would be sent was edited.' },
  before: { status, digest },
  after: { status: 'PENDING', digest: d },
})

type Scope = 'ACTIONS' | 'SERVICES' | 'RUNS'

function scopeOf(edited: Edited): [Scope, readonly string[]] {
  if ('actionIds' in edited) return ['ACTIONS', edited.actionIds]
  return 'serviceIds' in edited ? ['SERVICES', edited.serviceIds] : ['RUNS', edited.invocationIds]
}

/** The statement for each scope; `text` is given what says that a row of approvals p, or of invocations i, is in it. */
const per = (text: (isIn: (row: 'p' | 'i') => string) => string): Record<Scope, string> => ({
  ACTIONS: text((row) => `${row}.action_id = any ($1::uuid[])`),
  SERVICES: text((row) => `${row}.action_id in (select x.id from actions x where x.service_id = any ($1::uuid[]))`),
  RUNS: text((row) => (row === 'p' ? 'p.invocation_id = any ($1::uuid[])' : 'i.id = any ($1::uuid[])')),
})

/** SQL: run i was not sent yet. */
const NOT_SENT = `i.finished_at is null and i.attempt_count = 0 and i.status in ('AWAITING_APPROVAL', 'PENDING')`

// First the run and then its approval, as everyone who changes both: a vote that is under way is waited for, and counted among the void.
const HOLD = per(
  (of) => `
select from invocations i join approvals p on p.invocation_id = i.id
where ${of('p')} and p.status in ('PENDING', 'APPROVED') and ${NOT_SENT}
order by i.id for update of i`,
)

const OPEN = per(
  (of) => `
select p.id, p.invocation_id as "invocationId", p.status, p.policy, p.digest
from approvals p join invocations i on i.id = p.invocation_id
where ${of('p')} and p.status in ('PENDING', 'APPROVED') and ${NOT_SENT}
order by p.invocation_id for update of p`,
)

/** SQL: some role of the project has a rule that may say something else of what run i is now. */
const RULES_ASK = `exists (select from permissions r where r.project_id = i.project_id and (r.require_approval or r.trigger_condition is not null))`

// Under no version of the rules: the gate looks whether their requesters may run what they are now.
const JUDGE_AGAIN = `
update invocations set policy_version = 0
where id = any ($1::uuid[]) and status = 'PENDING' and policy_version is not null`

const FREE = per(
  (of) => `
select i.id from invocations i join actions a on a.id = i.action_id
where ${of('i')} and i.finished_at is null and i.status = 'PENDING' and i.attempt_count = 0
  and (a.approval is not null or i.actor_kind <> 'SYSTEM' and ${RULES_ASK})
  and not exists (select from approvals p where p.invocation_id = i.id)
order by i.id for update of i`,
)

const REBIND = `
with given as materialized (
  select * from json_to_recordset($1) as g (id uuid, i uuid, d text, v integer, r float8, e float8, m float8, s float8)
), void as (
  update approval_votes set voided_at = date_trunc('milliseconds', clock_timestamp()), void_reason = 'EDITED'
  where approval_id in (select id from given) and voided_at is null
), taken_back as (
  update invocations i set ${AWAITING} from given g where i.id = g.i and i.status = 'PENDING'
), bound as (
  update approvals p
  set status = 'PENDING', decided_at = null, stage = 0, digest = g.d, action_version = g.v, grant_ids = '{}', break_glass_reason = null,
    expires_at = to_timestamp(g.e / 1000), remind_at = to_timestamp(g.m / 1000), escalate_at = to_timestamp(g.s / 1000), escalated_at = null,
    excluded = case when $2::uuid is null or $2 = any (p.excluded) then p.excluded else p.excluded || $2 end
  from given g where p.id = g.id
  returning p.project_id, p.action_id, p.invocation_id
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, 'approval.voided', date_trunc('milliseconds', clock_timestamp()), action_id, invocation_id, 'AWAITING_APPROVAL' from bound`

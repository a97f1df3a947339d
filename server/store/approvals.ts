import { clockOf, expiryOf } from '../domain/approval.ts'
import { type ApprovalPolicy, DEFAULT_APPROVAL_POLICY } from '../domain/approval-policy.ts'
import { evaluateCondition } from '../domain/condition.ts'
import { publicId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { newId } from '../new-id.ts'
import { takeGrant } from './approval-grants.ts'
import { type ApprovableRun, digestOfRun, readApprovableRuns, readRequesters, variablesOf } from './approval-run.ts'
import { readRights } from './approver-rights.ts'
import type { AuditNote } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { tellApprovers } from './notices.ts'
import { rememberPolicy } from './seen-policies.ts'

/** A run that was stored PENDING in this transaction, or waits. */
export interface RunToHold {
  /** UUID. */
  id: string
  /** The role of who asks demands an approval. */
  requireApproval?: boolean
  /** Who asks may run it without the approval that is wanted, and says why. */
  breakGlassReason?: string | null
  /** UUID of who made it what it is now, besides who asked for it: may not approve it, and it is not what was granted to the requester. */
  alteredBy?: string | null
}

/** HELD: it waits for people. GRANTED: it was approved in advance. BROKEN_GLASS: it runs without, and that is on record. */
export type HoldOutcome = 'HELD' | 'GRANTED' | 'BROKEN_GLASS'

/**
 * Makes runs wait that need an approval, by the policies of their actions or for their requesters' roles; those that a standing grant covers
 * are approved at once. In the transaction that stored them, so that nobody ever sees one that could be sent without.
 * Gives what became of those that need one; the others are left as they are.
 * @param note gets what the audit says of each run that grants approve, and the UUID of its project
 * @param stored the runs, where the caller has read and held them
 */
export async function holdForApproval(
  sql: Sql,
  { vault }: Pick<Database, 'vault'>,
  runs: readonly RunToHold[],
  note: NoteGranted,
  stored?: ReadonlyMap<string, ApprovableRun>,
): Promise<Map<string, HoldOutcome>> {
  const outcomes = new Map<string, HoldOutcome>()
  if (runs.length === 0) return outcomes
  stored ??= await readApprovableRuns(
    sql,
    runs.map(({ id }) => id),
    { hold: true },
  )
  for (const { actionId, policy } of stored.values()) rememberPolicy(actionId, policy)
  const wanting = runs.filter(({ id, requireApproval }) => needsApproval(stored.get(id)!, requireApproval ?? false))
  if (wanting.length === 0) return outcomes
  const requesters = await readRequesters(
    sql,
    wanting.map(({ id }) => id),
  )
  const rightsOf = readRights(sql)
  const rows: ApprovalRow[] = []
  for (const { id, breakGlassReason = null, alteredBy } of wanting) {
    const run = stored.get(id)!
    const excluded = excludedOf(run, [...(requesters.get(id) ?? []), ...(alteredBy ? [alteredBy] : [])])
    const mayBeGranted = breakGlassReason === null && alteredBy === undefined
    const grantIds = mayBeGranted ? await takeGrant(sql, run, run.policy ?? DEFAULT_APPROVAL_POLICY, excluded, rightsOf) : null
    outcomes.set(id, breakGlassReason !== null ? 'BROKEN_GLASS' : grantIds !== null ? 'GRANTED' : 'HELD')
    rows.push({ ...boundTo(run, vault), id: newId(), x: excluded, g: grantIds, b: breakGlassReason })
  }
  await sql.query({ name: 'insert-approvals', text: INSERT, values: [JSON.stringify(rows)] })
  for (const row of rows) if (row.g !== null) note(noteOfGranted(row, row.g, stored.get(row.i)!), stored.get(row.i)!.projectId)
  const held = rows.filter(({ i }) => outcomes.get(i) === 'HELD')
  await tellApprovers(sql, held, 'REQUESTED')
  await tellApprovers(
    sql,
    rows.filter(({ i }) => outcomes.get(i) === 'BROKEN_GLASS'),
    'APPROVED',
  )
  return outcomes
}

export type NoteGranted = (note: AuditNote, projectId: string) => void

/** Who granted it, each grant tells. */
const noteOfGranted = ({ id, d }: ApprovalRow, grants: readonly string[], run: ApprovableRun): AuditNote => ({
  verb: 'approval.granted',
  object: { type: 'approval', id: publicId('approval', id) },
  actionId: run.actionId,
  invocationId: run.id,
  record: recordOf(run),
  data: { grants: grants.map((grant) => publicId('grant', grant)), digest: d },
})

/** The policy's condition that cannot be evaluated demands an approval. */
function needsApproval(run: ApprovableRun, requireApproval: boolean): boolean {
  if (requireApproval || !run.policy) return requireApproval
  if (run.policy.condition === null) return true
  const judged = evaluateCondition(run.policy.condition, variablesOf(run))
  return 'error' in judged || judged.value
}

/** Who may not decide: the requesters and the last editor of what they asked for. */
const excludedOf = ({ editedBy }: ApprovableRun, requesters: readonly string[]): string[] => [
  ...new Set([...requesters, ...(editedBy === null ? [] : [editedBy])]),
]

/** What an approval is bound to, as the statements here take it: short names, because they are repeated in every row. */
export interface Bound {
  i: string
  p: ApprovalPolicy
  d: string
  v: number
  /** Instants, epoch ms. */
  r: number
  e: number
  m: number | null
  s: number | null
}

/** Of the run as it is now, under `policy`; default: that of its action. */
export function boundTo(
  run: ApprovableRun,
  vault: Database['vault'],
  policy: ApprovalPolicy = run.policy ?? DEFAULT_APPROVAL_POLICY,
): Bound {
  const nextNominal = run.trigger === 'SCHEDULE' ? run.nextRunAt : null
  const expiresAt = expiryOf(policy, run.now, nextNominal)
  const { remindAt, escalateAt } = clockOf(policy, run.now, expiresAt)
  return {
    i: run.id,
    p: policy,
    d: digestOfRun(vault, run, policy.stages),
    v: run.version,
    r: run.now,
    e: expiresAt,
    m: remindAt,
    s: escalateAt,
  }
}

interface ApprovalRow extends Bound {
  id: string
  /** Excluded people. */
  x: string[]
  /** Grants. */
  g: string[] | null
  /** Reason for breaking the glass. */
  b: string | null
}

/** SQL: what takes a run out of every way to be sent until it is approved. */
export const AWAITING = `status = 'AWAITING_APPROVAL', held = true, guarded = false, lane = null, lease_owner = null, lease_until = null`

const INSERT = `
with given as materialized (
  select * from json_to_recordset($1) as g (id uuid, i uuid, p json, d text, v integer, r float8, e float8, m float8, s float8, x uuid[], g uuid[], b text)
), held as (
  update invocations i set ${AWAITING}
  from given g
  where i.id = g.i and i.status = 'PENDING' and g.g is null and g.b is null
), guarded as (
  update invocations i set guarded = true, lease_owner = null, lease_until = null
  from given g
  where i.id = g.i and i.status = 'PENDING' and (g.g is not null or g.b is not null)
), asked as (
  insert into approvals (id, invocation_id, project_id, action_id, status, policy, digest, action_version, asked_version, asked_input,
    requester_kind, requester_id, excluded, requested_at, expires_at, decided_at, remind_at, escalate_at, grant_ids, break_glass_reason)
  select g.id, i.id, i.project_id, i.action_id, (case when g.g is null and g.b is null then 'PENDING' else 'APPROVED' end)::approval_status,
    g.p, g.d, g.v, g.v, i.input, i.actor_kind, i.actor_id, g.x, to_timestamp(g.r / 1000), to_timestamp(g.e / 1000),
    case when g.g is not null or g.b is not null then to_timestamp(g.r / 1000) end,
    case when g.g is null and g.b is null then to_timestamp(g.m / 1000) end,
    case when g.g is null and g.b is null then to_timestamp(g.s / 1000) end, coalesce(g.g, '{}'), g.b
  from given g join invocations i on i.id = g.i
  returning project_id, action_id, invocation_id, status, requested_at
)
insert into events (project_id, type, at, action_id, invocation_id, status)
select project_id, case status when 'PENDING' then 'approval.requested' else 'approval.approved' end, requested_at, action_id, invocation_id,
  (case status when 'PENDING' then 'AWAITING_APPROVAL' else 'PENDING' end)::invocation_status
from asked`

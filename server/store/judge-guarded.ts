import type { Actor } from '../domain/actor.ts'
import { graceFrom, isTooLate, judgeStanding } from '../domain/approval.ts'
import { recordOf } from '../domain/record.ts'
import { type ApprovableRun, digestOfRun, readApprovableRuns } from './approval-run.ts'
import { readApprovals, type StoredApproval } from './approval-votes.ts'
import { type RightsOf, readRights } from './approver-rights.ts'
import type { Sql } from './database.ts'
import { accessOnce, type MayApprove, mayTriggerNow, type ReadAccess } from './judge-run.ts'
import { VERSION } from './pinned-request.ts'
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

/** UUIDs of a run and of its approval; null for one that needs none. */
export interface HeldRun {
  id: string
  approvalId: string | null
}

/**
 * Holds these guarded runs, their actions, services and approvals as they are until the transaction ends; what someone else is changing at this
 * moment is left out, and nothing waits. Gives those that are held.
 */
export async function holdGuarded(sql: Sql, ids: readonly string[]): Promise<HeldRun[]> {
  const { rows } = await sql.query<Held>({ name: 'hold-guarded', text: HOLD, values: [ids] })
  const wanted = (column: 'serviceId' | 'approvalId') => [...new Set(rows.flatMap((row) => row[column] ?? []))]
  const [services, approvals] = [wanted('serviceId'), wanted('approvalId')]
  const held = new Set<string>()
  if (services.length > 0) await hold(sql, 'hold-services', HOLD_SERVICES, services, held)
  if (approvals.length > 0) await hold(sql, 'hold-approvals', HOLD_APPROVALS, approvals, held)
  const isHeld = (id: string | null) => id === null || held.has(id)
  return rows.filter(({ serviceId, approvalId }) => isHeld(serviceId) && isHeld(approvalId))
}

async function hold(sql: Sql, name: string, text: string, ids: readonly string[], held: Set<string>): Promise<void> {
  const { rows } = await sql.query<{ id: string }>({ name, text, values: [ids] })
  for (const { id } of rows) held.add(id)
}

/** Judges runs that are held: who asked for them, who approved them and what they would send, all as it is now. */
export async function judgeGuarded(sql: Sql, vault: Vault, held: readonly HeldRun[]): Promise<Judged> {
  const judged: Judged = { passed: new Map(), refused: [] }
  // First what tells the version of the rules: what is read after it is as new or newer, and counts for nothing once they change.
  const runs = await readApprovableRuns(
    sql,
    held.map(({ id }) => id),
    { hold: false },
  )
  const approvals = await readApprovals(
    sql,
    held.flatMap(({ id, approvalId }) => (approvalId === null ? [] : [id])),
  )
  const readAccess = accessOnce(sql)
  const gate: Gate = { sql, vault, readAccess, rightsOf: readRights(sql, readAccess) }
  for (const run of runs.values()) {
    const approval = approvals.get(run.id)
    const refusal = await refusalOf(gate, run, approval)
    const { id, projectId, actionId, policyVersion } = run
    if (!refusal) judged.passed.set(id, policyVersion)
    else {
      const approvalId = approval?.id ?? null
      judged.refused.push({ id, projectId, actionId, record: recordOf(run), approvalId, voters: [], stage: 0, ...refusal })
    }
  }
  return judged
}

type Refusal = Pick<Refused, 'why'> & Partial<Pick<Refused, 'voters' | 'stage'>>

interface Gate {
  sql: Sql
  vault: Vault
  readAccess: ReadAccess
  rightsOf: RightsOf
}

async function refusalOf(gate: Gate, run: ApprovableRun, approval: StoredApproval | undefined): Promise<Refusal | undefined> {
  const { sql, vault, readAccess, rightsOf } = gate
  if (!(await mayTriggerNow(sql, run, readAccess))) return { why: 'REQUESTER' }
  if (!approval) return undefined
  if (approval.status !== 'APPROVED') return { why: 'DENIED' }
  if (isLate(run, approval)) return { why: 'LATE' }
  if (digestOfRun(vault, run, approval.policy.stages) !== approval.digest) return { why: 'EDITED' }
  if (approval.brokeGlass && !(await readAccess(run.projectId, actorOf(run)))?.breakGlass) return { why: 'DENIED' }
  const rights = new Map<string, MayApprove | null>()
  for (const { userId } of approval.votes) rights.set(userId, await rightsOf(userId, run))
  const { void: voters, stands, stage } = judgeStanding(approval, (userId) => rights.get(userId))
  return voters.length > 0 || !stands ? { why: 'VOTERS', voters, stage } : undefined
}

/** Only an occurrence has a time of its own: what someone asked for is to be run when it is approved, and so is the past of a backfill. */
function isLate(
  { trigger, scheduledFor, catchUpWindowSeconds }: ApprovableRun,
  { requestedAt, decidedAt, policy }: StoredApproval,
): boolean {
  if (trigger !== 'SCHEDULE' || scheduledFor === null || decidedAt === null) return false
  return isTooLate(graceFrom(scheduledFor, requestedAt), decidedAt, { catchUpWindowSeconds, expiresInSeconds: policy.expiresInSeconds })
}

const actorOf = ({ actorKind, actorId }: ApprovableRun): Pick<Actor, 'kind' | 'id'> => ({ kind: actorKind, id: actorId })

interface Held extends HeldRun {
  serviceId: string | null
}

const HOLD = `
select i.id, coalesce(v.service_id, a.service_id) as "serviceId", (select id from approvals where invocation_id = i.id) as "approvalId"
from invocations i join actions a on a.id = i.action_id
${VERSION}
where i.id = any ($1::uuid[]) and i.status = 'PENDING' and not i.held
for update of i skip locked
for share of a skip locked`

const HOLD_SERVICES = 'select id from services where id = any ($1::uuid[]) for share skip locked'
const HOLD_APPROVALS = 'select id from approvals where id = any ($1::uuid[]) for update skip locked'

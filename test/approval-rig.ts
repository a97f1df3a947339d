import { type ApprovalPolicy, DEFAULT_APPROVAL_POLICY } from '../server/domain/approval-policy.ts'
import { publicId } from '../server/domain/ids.ts'
import { newId } from '../server/new-id.ts'
import { sealHeaders } from '../server/store/action-headers.ts'
import { holdForApproval } from '../server/store/approvals.ts'
import { transaction } from '../server/store/database.ts'
import { addPerson, type Person } from './people.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'

/** A scheduler rig with people, and runs of theirs that wait for approval. */
export interface ApprovalRig {
  rig: SchedulerRig
  requester: Person
  /** Managers. */
  anna: Person
  ben: Person
  /** A run of the requester's that calls the target, by rows alone: what commands make of it is for their own tests. */
  asked(given?: AskedRun): Promise<AskedIds>
  /** The same under a policy: it waits for approval. */
  waiting(given?: AskedRun & { policy?: Partial<ApprovalPolicy> }): Promise<AskedIds & { approvalId: string }>
  approval(id: string): Promise<ApprovalRow>
}

export interface AskedRun {
  name?: string
  path?: string
  /** UUID; the path goes behind its base URL. */
  serviceId?: string
  headers?: Record<string, string>
  body?: string
  /** When it is due, from the database's now, ms. Default: an hour. */
  inMs?: number
  /** An occurrence of the schedule. */
  scheduled?: boolean
}

export interface AskedIds {
  /** UUID and id of the run. */
  id: string
  publicId: string
  actionId: string
}

export interface ApprovalRow {
  id: string
  status: string
  stage: number
  digest: string
  expires_at: Date
  decided_at: Date | null
  remind_at: Date | null
  escalated_at: Date | null
}

export async function approvalRig(given?: SchedulerRig): Promise<ApprovalRig> {
  const rig = given ?? (await schedulerRig())
  const { ctx, db, target } = rig
  const requester = await addPerson(ctx, 'OPERATOR', 'Rita')
  const asked: ApprovalRig['asked'] = async ({
    name = 'Pay out',
    path = '/run',
    serviceId,
    headers,
    body,
    inMs = 3_600_000,
    scheduled = false,
  } = {}) => {
    const [id, actionId] = [newId(), newId()]
    const url = serviceId === undefined ? target.url + path : null
    await db.pool.query(ADD, [
      id,
      actionId,
      ctx.projectId,
      name,
      url,
      serviceId,
      serviceId && path,
      headers && sealHeaders(db.vault, actionId, headers),
      body,
      inMs,
      requester.id,
      scheduled ? 'SCHEDULE' : 'MANUAL',
    ])
    return { id, publicId: publicId('invocation', id), actionId }
  }
  return {
    rig,
    requester,
    anna: await addPerson(ctx, 'MANAGER', 'Anna'),
    ben: await addPerson(ctx, 'MANAGER', 'Ben'),
    asked,
    async waiting({ policy, ...run } = {}) {
      const ids = await asked(run)
      const full = { ...DEFAULT_APPROVAL_POLICY, preset: null, ...policy }
      return transaction(db.pool, async (sql) => {
        await sql.query('update actions set approval = $2 where id = $1', [ids.actionId, JSON.stringify(full)])
        await holdForApproval(sql, db, [{ id: ids.id }], () => {})
        const { rows } = await sql.query<{ id: string }>('select id from approvals where invocation_id = $1', [ids.id])
        return { ...ids, approvalId: rows[0]!.id }
      })
    },
    async approval(id) {
      const { rows } = await db.pool.query<ApprovalRow>('select * from approvals where invocation_id = $1', [id])
      return rows[0]!
    },
  }
}

const ADD = `
with c as (
  select date_trunc('milliseconds', clock_timestamp()) as at,
    date_trunc('milliseconds', clock_timestamp()) + $10::float8 * interval '1 millisecond' as due
), action as (
  insert into actions (id, project_id, name, kind, scheduled_at, timezone, url, service_id, path, headers, body, created_at, updated_at)
  select $2, $3, $4, 'ONE_TIME', due, 'UTC', $5, $6, $7, $8, $9, at, at from c
  returning id
)
insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, actor_id, requested_by,
  policy_version, created_at)
select $1, p.id, action.id, 'PENDING', $12::invocation_trigger, case when $12::invocation_trigger = 'SCHEDULE' then due end, due, due, 1, 'USER', $11, $11,
  p.policy_version, at
from action, c, projects p where p.id = $3`

import type { ApprovalStatus } from '../domain/approval.ts'
import { whyNotDecideEach } from './approval-rights.ts'
import { isWantedRole } from './approvers.ts'
import type { Sql } from './database.ts'

export interface ApprovalListOptions {
  projectId: string
  /** Null: any. */
  statuses: readonly ApprovalStatus[] | null
  actionId: string | null
  /** Only those that this person (UUID) may decide now; null: someone who decides nothing. */
  decidableBy: string | null | undefined
  requestedBy: { person: string | null; actor: string | null } | undefined
  /** The UUID after which to go on. */
  after: string | null
  limit: number
}

/** UUIDs of approvals, newest first. */
export async function readApprovalIds(sql: Sql, options: ApprovalListOptions): Promise<string[]> {
  const { decidableBy: userId, limit } = options
  if (userId === null) return []
  if (userId === undefined) return (await readPage(sql, options)).map(({ id }) => id)
  const found: string[] = []
  for (let { after } = options; ; ) {
    const page = await readPage(sql, { ...options, after, limit: LOOKED_AT })
    const reasons = await whyNotDecideEach(sql, { userId, invocationIds: page.map(({ invocationId }) => invocationId) })
    for (const { id, invocationId } of page) if (!reasons.has(invocationId)) found.push(id)
    if (found.length >= limit || page.length < LOOKED_AT) return found.slice(0, limit)
    after = page.at(-1)!.id
  }
}

/** Approvals of which rules and conditions are asked at a time. */
const LOOKED_AT = 100

async function readPage(sql: Sql, options: ApprovalListOptions): Promise<{ id: string; invocationId: string }[]> {
  const { projectId, statuses, actionId, decidableBy, requestedBy, after, limit } = options
  const conditions = [
    'p.project_id = $1',
    '($2::approval_status[] is null or p.status = any ($2))',
    '($3::uuid is null or p.action_id = $3)',
  ]
  const values: unknown[] = [projectId, statuses, actionId, after, limit]
  conditions.push('($4::uuid is null or p.id < $4)')
  if (decidableBy) {
    values.push(decidableBy)
    conditions.push(waitsFor(`$${values.length}`))
  }
  if (requestedBy) {
    values.push(requestedBy.person, requestedBy.actor)
    conditions.push(`(p.requester_id = $${values.length} or exists (
      select from invocations i where i.id = p.invocation_id and i.requested_by = $${values.length - 1}))`)
  }
  const { rows } = await sql.query<{ id: string; invocationId: string }>({
    name: `approval-ids${decidableBy ? '-mine' : ''}${requestedBy ? '-asked' : ''}`,
    text: `select p.id, p.invocation_id as "invocationId" from approvals p where ${conditions.join(' and ')} order by p.id desc limit $5`,
    values,
  })
  return rows
}

/** SQL: approval p waits for a vote that member `user` may be able to give, as far as stages, stakes and votes say. */
const waitsFor = (user: string) => `p.status = 'PENDING' and p.expires_at > clock_timestamp()
  and not exists (select from approval_votes v where v.approval_id = p.id and v.user_id = ${user} and v.voided_at is null)
  and exists (
    select from memberships m join roles r on r.id = m.role_id
    where m.project_id = p.project_id and m.user_id = ${user} and m.disabled_at is null
      and (${isWantedRole("(p.policy -> 'stages' -> p.stage::int)")} or p.escalated_at is not null and ${isWantedRole("(p.policy -> 'escalateTo')")}))`

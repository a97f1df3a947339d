import { type Actor, SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import { ASKING, NOTICE_ATTEMPTS, NOTICE_TIMEOUT_MS, type NoticeKind, type ToldApproval } from '../domain/notice.ts'
import { recordOf } from '../domain/record.ts'
import { type AuditNote, auditedOn } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { LEASE_MARGIN_MS, type Signing } from './mark-running.ts'
import { PINNED, SENT, TARGET } from './pinned-request.ts'

/** A notice that this process is to deliver now. */
export interface ClaimedNotice {
  id: string
  kind: NoticeKind
  channel: 'WEBHOOK' | 'EMAIL'
  /** URL or e-mail address. */
  recipient: string
  /** UUID; null for a webhook. */
  userId: string | null
  /** 1-based number of this attempt, or of the last one there may be. */
  attempt: number
  /** The last attempt was cut off: nothing is sent any more, and it has failed (`interruptedNotice`). */
  overdue: boolean
  told: ToldApproval
  /** Of the project. */
  signing: Signing
}

export interface ClaimNotices {
  channel: 'WEBHOOK' | 'EMAIL'
  limit: number
}

const LEASE_MS = NOTICE_TIMEOUT_MS + LEASE_MARGIN_MS

/**
 * Claims notices that are due, earliest first, and makes their next attempt. What another server claims at this moment is passed over. One whose
 * lease ran out was under way at a server that died, and is tried again; after the last attempt it is given up. What asks for a decision that
 * was made meanwhile is removed: nobody needs it.
 */
export async function claimNotices(sql: Sql, { channel, limit }: ClaimNotices): Promise<ClaimedNotice[]> {
  const { rows } = await sql.query<Row>({ name: 'claim-notices', text: CLAIM, values: [channel, limit] })
  return rows.map(
    ({ id, kind, recipient, userId, attempt, overdue, current, previous, actorKind, actorName, recordType, recordId, target, ...a }) => ({
      id,
      kind,
      channel,
      recipient,
      userId,
      attempt,
      overdue,
      signing: { current, previous },
      told: {
        ...a,
        id: a.approvalId,
        host: URL.parse(target)?.host ?? '',
        record: recordOf({ recordType, recordId }),
        requester: { kind: actorKind, name: actorName ?? 'somebody who is gone' },
        requestedAt: a.requestedAt.getTime(),
        expiresAt: a.expiresAt.getTime(),
        decidedAt: a.decidedAt?.getTime() ?? null,
      },
    }),
  )
}

/** How an attempt ended. `retryInMs`: pause before the next one; null with PENDING never. */
export interface NoticeOutcome {
  id: string
  attempt: number
  status: 'PENDING' | 'SENT' | 'FAILED'
  retryInMs: number | null
  error: string | null
  /** Of the error: nothing that a receiver said. */
  code: string | null
}

/** How a notice ended whose last attempt was cut off. */
export const interruptedNotice = ({ id, attempt }: ClaimedNotice): NoticeOutcome => ({
  id,
  attempt,
  status: 'FAILED',
  retryInMs: null,
  error: 'Docket stopped while it was under way; it may have arrived.',
  code: 'INTERRUPTED',
})

/** Writes down how an attempt ended, unless someone else has taken the notice over; the audit has each notice that arrived or was given up. */
export function settleNotice(db: Database, notice: ClaimedNotice, outcome: NoticeOutcome): Promise<void> {
  const { id, attempt, status, retryInMs, error } = outcome
  return auditedOn(db, db.pool, async (sql, note) => {
    const { rowCount } = await sql.query({ name: 'settle-notice', text: SETTLE, values: [id, attempt, status, retryInMs, error] })
    if (rowCount && status !== 'PENDING') note({ projectId: notice.told.projectId, actor: SYSTEM }, noteOf(notice, outcome))
  })
}

/** Of a webhook only its host: path and query may hold secrets. */
const noteOf = ({ id, kind, channel, recipient, userId, told }: ClaimedNotice, { attempt, status, code }: NoticeOutcome): AuditNote => ({
  verb: 'notice.sent',
  object: { type: 'notice', id: publicId('notice', id) },
  actionId: told.actionId,
  invocationId: told.invocationId,
  record: told.record,
  data: {
    approval: publicId('approval', told.id),
    kind,
    channel,
    to: channel === 'WEBHOOK' ? URL.parse(recipient)?.host : (userId && publicId('user', userId)) || undefined,
    attempt,
    status,
  },
  result: status === 'SENT' ? 'DONE' : 'FAILED',
  code,
})

/** Removes a notice that its recipient has no use for. */
export async function dropNotice(sql: Sql, { id, attempt }: Pick<ClaimedNotice, 'id' | 'attempt'>): Promise<void> {
  await sql.query({
    name: 'drop-notice',
    text: 'delete from notices where id = $1 and attempt_count = $2 and finished_at is null',
    values: [id, attempt],
  })
}

/** Removes mails that are due while no mail server is set: nobody expects any. */
export async function dropMails(sql: Sql): Promise<void> {
  await sql.query({ name: 'drop-mails', text: "delete from notices where channel = 'EMAIL' and finished_at is null and run_at <= now()" })
}

interface Row extends Omit<ToldApproval, 'id' | 'requester' | 'record' | 'host' | 'requestedAt' | 'expiresAt' | 'decidedAt'> {
  id: string
  kind: NoticeKind
  recipient: string
  userId: string | null
  attempt: number
  overdue: boolean
  current: string | null
  previous: string | null
  approvalId: string
  actorKind: Actor['kind']
  actorName: string | null
  recordType: string | null
  recordId: string | null
  target: string
  requestedAt: Date
  expiresAt: Date
  decidedAt: Date | null
}

const NEEDLESS = `n.kind in (${ASKING.map((kind) => `'${kind}'`).join(', ')}) and a.status <> 'PENDING'`

const CLAIM = `
with due as materialized (
  select n.id, n.attempt_count, ${NEEDLESS} as needless
  from notices n join approvals a on a.id = n.approval_id
  where n.channel = $1 and n.finished_at is null and n.run_at <= now() and (n.lease_until is null or n.lease_until < now())
  order by n.run_at
  limit $2
  for update of n skip locked
), dropped as (
  delete from notices n using due d where n.id = d.id and d.needless
), claimed as (
  update notices n
  set attempt_count = least(n.attempt_count + 1, ${NOTICE_ATTEMPTS}), lease_until = clock_timestamp() + interval '${LEASE_MS} milliseconds'
  from due d where n.id = d.id and not d.needless
  returning n.*, d.attempt_count >= ${NOTICE_ATTEMPTS} as overdue
)
select n.id, n.kind, n.recipient, n.user_id as "userId", n.attempt_count as attempt, n.overdue, ap.id as "approvalId", ap.project_id as "projectId",
  ap.invocation_id as "invocationId", ap.action_id as "actionId", a.name as "actionName", a.key as "actionKey", ap.status, ap.digest,
  ap.requested_at as "requestedAt", ap.expires_at as "expiresAt", ap.decided_at as "decidedAt", ap.requester_kind as "actorKind",
  case ap.requester_kind when 'USER' then (select name from users where id = ap.requester_id)
    when 'SYSTEM' then 'Docket' else (select name from api_tokens where id = ap.requester_id) end as "actorName",
  ${SENT.method} as method, ${TARGET} as target, i.record_type as "recordType", i.record_id as "recordId",
  p.signing_secret as current, case when p.previous_signing_until > now() then p.previous_signing_secret end as previous
from claimed n
join approvals ap on ap.id = n.approval_id
join invocations i on i.id = ap.invocation_id
join actions a on a.id = i.action_id
join projects p on p.id = ap.project_id
${PINNED}`

const SETTLE = `
update notices set status = $3::notice_status, error = $5, lease_until = null,
  run_at = case when $4::float8 is null then run_at else date_trunc('milliseconds', clock_timestamp()) + $4::float8 * interval '1 millisecond' end,
  finished_at = case when $3::notice_status <> 'PENDING' then date_trunc('milliseconds', clock_timestamp()) end
where id = $1 and attempt_count = $2 and finished_at is null`

import { ASKING, type NoticeKind } from '../domain/notice.ts'
import { isWantedRole, mayApproveRunsOf } from './approvers.ts'
import type { Sql } from './database.ts'

/**
 * Writes down whom to tell of an approval, or of several, in the transaction of what is told; the scheduler delivers it.
 *
 * REQUESTED, REMINDER and VOIDED go to each member who may decide in the stage that is open, but for those who are excluded or have voted;
 * ESCALATED to those of the second role; APPROVED, REJECTED and EXPIRED to the person who asked for the run. Each of them goes to the
 * project's approvalWebhookUrl besides. Conditions of `approve` are asked when the mail leaves.
 *
 * @param approvals by UUID, as they are stored by now
 */
export async function tellApprovers(sql: Sql, approvals: { id: string } | readonly { id: string }[], kind: NoticeKind): Promise<void> {
  const ids = 'id' in approvals ? [approvals.id] : approvals.map(({ id }) => id)
  if (ids.length === 0) return
  const text = ASKING.includes(kind) ? TELL_APPROVERS : TELL_REQUESTER
  await sql.query({ name: ASKING.includes(kind) ? 'tell-approvers' : 'tell-requester', text, values: [ids, kind] })
}

const COLUMNS = '(id, project_id, approval_id, kind, channel, recipient, user_id, run_at, created_at)'

const row = (channel: 'WEBHOOK' | 'EMAIL', recipient: string, userId: string) =>
  `gen_random_uuid(), t.project_id, t.id, $2::notice_kind, '${channel}'::notice_channel, ${recipient}, ${userId}, t.at, t.at`

/** SQL: the approvals that are told of. */
const TOLD = `told as materialized (
  select a.*, date_trunc('milliseconds', clock_timestamp()) as at from approvals a where a.id = any ($1::uuid[])
)`

const WEBHOOKS = `
  select ${row('WEBHOOK', 'p.approval_webhook_url', 'null::uuid')}
  from told t join projects p on p.id = t.project_id
  where p.approval_webhook_url is not null`

/** SQL: tells webhooks, and by mail the users u of `people`, which follows "from told t". */
const tell = (people: string): string => `
with ${TOLD}
insert into notices ${COLUMNS}
${WEBHOOKS}
union all
  select ${row('EMAIL', 'u.email', 'u.id')}
  from told t
  ${people}`

const TELL_APPROVERS = tell(`join memberships m on m.project_id = t.project_id and m.disabled_at is null
  join users u on u.id = m.user_id
  join roles r on r.id = m.role_id
  where u.email is not null and not u.id = any (t.excluded) and ${mayApproveRunsOf('t.action_id')}
    and ($2::notice_kind <> 'ESCALATED' and ${isWantedRole("(t.policy -> 'stages' -> t.stage::int)")}
      or t.escalated_at is not null and ${isWantedRole("(t.policy -> 'escalateTo')")})
    and not exists (select from approval_votes v where v.approval_id = t.id and v.user_id = u.id and v.voided_at is null)`)

const TELL_REQUESTER = tell(`join invocations i on i.id = t.invocation_id
  join memberships m on m.project_id = t.project_id and m.user_id = i.requested_by and m.disabled_at is null
  join users u on u.id = m.user_id
  where u.email is not null`)

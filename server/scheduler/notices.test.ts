import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { type ApprovalRig, approvalRig } from '../../test/approval-rig.ts'
import { type MailServer, startMailServer } from '../../test/mail-server.ts'
import { addPerson, disable } from '../../test/people.ts'
import type { SchedulerRig } from '../../test/scheduler-rig.ts'
import { approve } from '../commands/approve.ts'
import { reject } from '../commands/reject.ts'
import { publicId } from '../domain/ids.ts'
import { newSigningSecret } from '../store/signing-secrets.ts'

const PUBLIC_URL = 'https://docket.example'
const smtpOf = (server: MailServer) => ({ url: server.url, from: 'Docket <docket@example.com>' })

test('each member who may decide gets a mail with all that helps to decide and nothing secret, and its link only shows', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  const admin = await addPerson(rig.ctx, 'ADMIN', 'Ada')
  await disable(rig.ctx, await addPerson(rig.ctx, 'MANAGER', 'Gone'))
  await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  const { id, approvalId } = await given.waiting({
    path: '/pay?token=TOPSECRETTOKEN',
    name: 'Pay <b>out</b>\nBcc: eve@example.com',
    headers: { authorization: 'Bearer TOPSECRETHEADER' },
    body: '{"card":"TOPSECRETBODY"}',
  })
  await sent(rig, 3)
  assert.deepEqual(server.mails.flatMap(({ to }) => to).toSorted(), [admin.email, given.anna.email, given.ben.email].toSorted())
  const { digest, expires_at } = await given.approval(id)
  for (const { raw, text } of server.mails) {
    assert.match(raw, /^Subject: Approval wanted: Pay <b>out<\/b> Bcc: eve@example\.com/m)
    assert.match(raw, /^From: Docket <docket@example\.com>/m)
    assert.match(raw, /^Content-Type: multipart\/alternative/m)
    assert.ok(text.includes(`${PUBLIC_URL}/approvals/${publicId('approval', approvalId)}`))
    assert.ok(text.includes(digest.slice(0, 12)))
    assert.ok(!text.includes(digest.slice(0, 13)))
    assert.ok(text.includes(expires_at.toISOString().slice(0, 16).replace('T', ' ')))
    assert.ok(text.includes('Rita'))
    assert.ok(text.includes('Pay &lt;b&gt;out&lt;/b&gt;'), 'the HTML part is not escaped')
    assert.doesNotMatch(text, /TOPSECRET/)
  }
  const notices = await noticesOf(rig)
  assert.ok(notices.every(({ status, error, attempt_count }) => status === 'SENT' && error === null && attempt_count === 1))
  const entries = await deliveries(rig)
  const ofAnna = entries.find(({ data }) => data.to === publicId('user', given.anna.id))!
  assert.deepEqual(ofAnna, {
    actor_kind: 'SYSTEM',
    object_id: publicId('notice', notices.find(({ recipient }) => recipient === given.anna.email)!.id),
    invocation_id: id,
    result: 'DONE',
    code: null,
    data: {
      approval: publicId('approval', approvalId),
      attempt: 1,
      channel: 'EMAIL',
      kind: 'REQUESTED',
      status: 'SENT',
      to: publicId('user', given.anna.id),
    },
  })
  assert.equal(entries.length, 3)
  assert.doesNotMatch(JSON.stringify(entries), /TOPSECRET|example\.com/)
})

test('the webhook is signed by the key of the project and tells each step', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const owner = { table: 'projects', id: rig.ctx.projectId } as const
  const { secret, sealed } = newSigningSecret(rig.db.vault, owner)
  await rig.db.pool.query('update projects set signing_secret = $2, approval_webhook_url = $3 where id = $1', [
    owner.id,
    sealed,
    `${rig.target.url}/hook`,
  ])
  await rig.schedule({ publicUrl: PUBLIC_URL })
  const { id, publicId: invocation, approvalId, actionId } = await given.waiting()
  await rig.target.arrived(1, isHook)
  await approve(given.anna.ctx, invocation)
  const arrivals = await rig.target.arrived(2, isHook)
  const told = arrivals.map(({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>) as Told)
  assert.deepEqual(
    told.map(({ type }) => type),
    ['approval.requested', 'approval.approved'],
  )
  const { digest } = await given.approval(id)
  const [{ data }] = told as [Told]
  assert.deepEqual(
    [data.id, data.invocationId, data.action.id, data.requester, data.status, data.digest, data.url],
    [
      publicId('approval', approvalId),
      invocation,
      publicId('action', actionId),
      { kind: 'USER', name: 'Rita' },
      'PENDING',
      digest,
      `${PUBLIC_URL}/approvals/${publicId('approval', approvalId)}`,
    ],
  )
  assert.equal(told[1]!.data.status, 'APPROVED')
  assert.notEqual(arrivals[0]!.headers['webhook-id'], arrivals[1]!.headers['webhook-id'])
  // Without a mail server nobody expects mails.
  await rig.eventually(async () => {
    const left = (await noticesOf(rig)).filter(({ channel }) => channel === 'EMAIL')
    return left.length === 0 || left.every(({ status }) => status === 'PENDING') ? left : 'a mail was tried'
  })
})

test('a webhook that is refused is tried again with the same id, and given up after eight attempts; the approval does not notice', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await rig.db.pool.query('update projects set approval_webhook_url = $1', [`${rig.target.url}/hook?secret=TOPSECRET`])
  rig.target.answer = (arrival) => (isHook(arrival) ? { status: 503 } : undefined)
  await rig.schedule()
  const { id, publicId: invocation } = await given.waiting()
  const before = await given.approval(id)
  for (let attempt = 1; attempt < 8; attempt++) {
    const [notice] = await untilNotices(rig, (rows) =>
      rows.some((row) => row.channel === 'WEBHOOK' && row.attempt_count === attempt && !row.lease_until),
    )
    assert.deepEqual([notice!.status, notice!.error?.slice(0, 8)], ['PENDING', 'HTTP_503'])
    assert.ok(notice!.run_at.getTime() > Date.now(), 'it does not wait')
    await dueNow(rig)
  }
  const [notice] = await untilNotices(rig, (rows) => rows.some(({ status }) => status === 'FAILED'))
  assert.equal(notice!.attempt_count, 8)
  const arrivals = await rig.target.arrived(8, isHook)
  assert.equal(new Set(arrivals.map(({ headers }) => headers['webhook-id'])).size, 1)
  const entries = await deliveries(rig)
  assert.deepEqual(
    entries.map(({ data, ...entry }) => [data.status, data.attempt, data.to, entry.result, entry.code, entry.object_id]),
    [['FAILED', 8, new URL(rig.target.url).host, 'FAILED', 'HTTP_503', publicId('notice', notice!.id)]],
    'its attempts before are not final',
  )
  assert.doesNotMatch(JSON.stringify(entries), /TOPSECRET|hook/)
  assert.deepEqual(await given.approval(id), before)
  await approve(given.anna.ctx, invocation)
  await rig.makeDue(id)
  assert.equal((await rig.ended([id]))[0]!.status, 'SUCCEEDED')
})

test('a mail server that is busy or breaks off is asked again; a recipient that it does not know is given up at once', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  server.mode = 'DROP'
  await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  await given.waiting()
  const tried = (count: number) => (rows: NoticeRow[]) =>
    rows.every(({ attempt_count, lease_until }) => attempt_count === count && !lease_until)
  for (const notice of await untilNotices(rig, tried(1))) assert.ok(notice.status === 'PENDING' && notice.error, JSON.stringify(notice))
  server.mode = 'BUSY'
  await dueNow(rig)
  for (const { error } of await untilNotices(rig, tried(2))) assert.match(error!, /451 Try again later/)
  server.mode = 'ACCEPT'
  await dueNow(rig)
  const rows = await untilNotices(rig, (all) => all.every(({ status }) => status === 'SENT'))
  assert.ok(rows.every(({ attempt_count, error }) => attempt_count === 3 && error === null))
  assert.equal(server.mails.length, 2)

  server.mode = 'REFUSE'
  const refused = await given.waiting({ path: '/refused' })
  const failed = await untilNotices(rig, (all) => all.every(({ status }) => status === 'FAILED'), refused.approvalId)
  for (const { attempt_count, error } of failed) {
    assert.equal(attempt_count, 1)
    assert.match(error!, /550 No such user here/)
  }
  assert.deepEqual(
    (await deliveries(rig)).map(({ result, code, data }) => [result, code, data.attempt]),
    [
      ['DONE', null, 3],
      ['DONE', null, 3],
      ['FAILED', 'EENVELOPE', 1],
      ['FAILED', 'EENVELOPE', 1],
    ],
  )
})

test('what asks for a decision that was made meanwhile is not sent; who asked hears of the decision', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  const { publicId: invocation } = await given.waiting()
  await reject(given.anna.ctx, invocation, { comment: 'no' })
  await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  await untilNotices(rig, (rows) => rows.length === 1 && rows[0]!.status === 'SENT')
  assert.deepEqual(
    server.mails.map(({ to, raw }) => [to, /^Subject: (.*)$/m.exec(raw)![1]!.trim()]),
    [[[given.requester.email], 'Rejected: Pay out']],
  )
})

test('each stage is told when its turn comes, and nobody who may not decide', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const admin = await addPerson(rig.ctx, 'ADMIN', 'Ada')
  const { publicId: invocation } = await given.waiting({
    policy: {
      stages: [
        { role: 'ADMIN', level: 'ADMIN', roleId: null, required: 1 },
        { role: 'MANAGER', level: 'MANAGER', roleId: null, required: 1 },
      ],
    },
  })
  const recipients = async () => {
    const { rows } = await rig.db.pool.query<{ recipient: string }>('select recipient from notices order by created_at, recipient')
    return rows.map(({ recipient }) => recipient)
  }
  assert.deepEqual(await recipients(), [admin.email])
  await approve(admin.ctx, invocation)
  assert.deepEqual(await recipients(), [admin.email, given.anna.email, given.ben.email])
})

test('a condition of "approve" is asked when the mail leaves', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  await rig.db.pool.query(
    `insert into permissions (id, project_id, role_id, trigger, require_approval, approve, approve_condition, self_approve, updated_at)
     select gen_random_uuid(), project_id, id, true, false, true, $1, false, now() from roles where level = 'MANAGER' and built_in`,
    [`actor.email == '${given.anna.email}'`],
  )
  await given.waiting()
  await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  await untilNotices(rig, (rows) => rows.length === 1 && rows[0]!.status === 'SENT')
  assert.deepEqual(
    server.mails.map(({ to }) => to),
    [[given.anna.email]],
  )
})

test('of two servers one delivers; what one that died had under way is delivered by another', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  await given.waiting()
  await rig.db.pool.query(`update notices set attempt_count = 1, lease_until = now() - interval '1 second' where recipient = $1`, [
    given.anna.email,
  ])
  for (let n = 0; n < 2; n++) await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  const rows = await sent(rig, 2)
  assert.deepEqual(rows.map(({ attempt_count }) => attempt_count).toSorted(), [1, 2])
  assert.equal(server.mails.length, 2)
})

test('one that was cut off at its last attempt is given up, and that is noted once', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using server = await startMailServer()
  await given.waiting()
  await rig.db.pool.query(`update notices set attempt_count = 8, lease_until = now() - interval '1 second'`)
  for (let n = 0; n < 2; n++) await rig.schedule({ smtp: smtpOf(server), publicUrl: PUBLIC_URL })
  const rows = await untilNotices(rig, (all) => all.every(({ status }) => status === 'FAILED'))
  for (const { attempt_count, error } of rows) {
    assert.equal(attempt_count, 8)
    assert.match(error!, /Docket stopped while it was under way; it may have arrived\./)
  }
  assert.equal(server.mails.length, 0)
  assert.deepEqual(
    (await deliveries(rig)).map(({ result, code, data }) => [result, code, data.attempt]),
    [
      ['FAILED', 'INTERRUPTED', 8],
      ['FAILED', 'INTERRUPTED', 8],
    ],
  )
})

interface Told {
  type: string
  data: {
    id: string
    invocationId: string
    action: { id: string }
    requester: { kind: string; name: string }
    status: string
    digest: string
    url: string
  }
}

interface NoticeRow {
  id: string
  recipient: string
  approval_id: string
  channel: string
  status: string
  attempt_count: number
  run_at: Date
  lease_until: Date | null
  error: string | null
}

const isHook = ({ url }: { url: string }) => url.startsWith('/hook')

const noticesOf = async ({ db }: SchedulerRig, approvalId?: string) =>
  (
    await db.pool.query<NoticeRow>('select * from notices where $1::uuid is null or approval_id = $1 order by channel, recipient', [
      approvalId,
    ])
  ).rows

/** What the audit says of them. */
const deliveries = async ({ db }: SchedulerRig) =>
  (
    await db.pool.query<{ object_id: string; result: string; code: string | null; data: { to: string; attempt: number; status: string } }>(
      `select actor_kind, object_id, invocation_id, result, code, data from audit_entries where verb = 'notice.sent' order by at, id`,
    )
  ).rows

/** Those of the approval, or all, once they are as `match` wants. */
const untilNotices = (rig: ApprovalRig['rig'], match: (rows: NoticeRow[]) => boolean, approvalId?: string) =>
  rig.eventually(async () => {
    const rows = await noticesOf(rig, approvalId)
    return rows.length > 0 && match(rows) ? rows : JSON.stringify(rows)
  })

const sent = (rig: ApprovalRig['rig'], count: number) =>
  untilNotices(rig, (rows) => rows.length === count && rows.every(({ status }) => status === 'SENT'))

/** The next attempts do not wait any longer. */
const dueNow = ({ db }: ApprovalRig['rig']) =>
  db.pool.query('update notices set run_at = now() where finished_at is null and lease_until is null')

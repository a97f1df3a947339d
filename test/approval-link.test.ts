import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSessionCookie } from '../server/auth/cookie.ts'
import { publicId } from '../server/domain/ids.ts'
import { openSession } from '../server/store/sessions.ts'
import { approvalRig } from './approval-rig.ts'
import { startMailServer } from './mail-server.ts'
import { startServer } from './server.ts'

test('a mail of the real server leads to the page of the approval; opening it decides nothing', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  await using mail = await startMailServer()
  const env = { SMTP_URL: mail.url, MAIL_FROM: 'docket@example.com' }
  await using server = await startServer({ databaseUrl: rig.url, env })
  const { id, approvalId } = await given.waiting()
  const notices = await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ status: string }>('select status from notices')
    return rows.length > 0 && rows.every(({ status }) => status === 'SENT') ? rows : JSON.stringify(rows)
  })
  // Both managers; the first administrator has no address yet.
  assert.equal(notices.length, 2)
  const link = /http:\/\/\S+\/approvals\/apr_\w+/.exec(mail.mails[0]!.text)![0]
  assert.equal(link, `${server.url}/approvals/${publicId('approval', approvalId)}`)

  const { secret } = await openSession(rig.db.pool, { projectId: rig.ctx.projectId, userId: given.anna.id, method: 'PASSWORD' })
  const headers = { cookie: `${createSessionCookie(server.url).name}=${secret}`, accept: 'text/html' }
  const before = await given.approval(id)
  for (const method of ['GET', 'HEAD', 'GET']) {
    const response = await fetch(link, { method, headers })
    await response.arrayBuffer()
    assert.match(response.headers.get('content-type')!, /^text\//)
  }
  for (const query of ['?decision=APPROVE', '?approve=1']) await (await fetch(link + query, { headers })).arrayBuffer()
  assert.equal((await fetch(link, { method: 'POST', headers: { ...headers, origin: server.url } })).status, 405)
  assert.deepEqual(await given.approval(id), before)
  assert.equal((await rig.db.pool.query('select from approval_votes')).rowCount, 0)

  const { approval } = await server.graphql(`{ approval(id: "${publicId('approval', approvalId)}") {
    notices { kind channel recipient status attemptCount error finishedAt } } }`)
  assert.deepEqual(
    approval.notices.map(({ finishedAt, ...notice }: { finishedAt: string }) => ({ ...notice, finished: finishedAt !== null })),
    [given.anna, given.ben].map(({ email }) => ({
      kind: 'REQUESTED',
      channel: 'EMAIL',
      recipient: email,
      status: 'SENT',
      attemptCount: 1,
      error: null,
      finished: true,
    })),
  )
})

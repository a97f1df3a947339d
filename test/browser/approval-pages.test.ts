import assert from 'node:assert/strict'
import { test } from 'node:test'
import { joinAs } from './join-as.ts'
import { openContext } from './pages.ts'
import { fitsEverywhere, openStage, signIn } from './stage.ts'

test('every page of approvals and of the audit fits a phone, the dark and a wide screen', async () => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const admin = await openContext(browser, complaints)
  await signIn(await admin.newPage(), server)
  await joinAs(stage, 'Max', 'MANAGER')
  const action = await server.client.actions.create({
    name: 'Close the accounts of the quarter',
    target: { url: `${receiver.url}/accounts/close?quarter=2026-Q3` },
    headers: { authorization: 'Bearer canary', accept: 'application/json' },
    body: { quarter: '2026-Q3', entities: ['Berlin', 'Lisbon', 'Osaka'], amount: 120_000 },
    approval: {
      stages: [{ role: 'MANAGER' }, { role: 'ADMIN' }],
      condition: 'input.amount > 1000',
      remindAfterSeconds: 3_600,
      escalateAfterSeconds: 14_400,
      escalateTo: 'ADMIN',
    },
  })
  const record = { type: 'quarter', id: '2026-Q3' }
  const run = await server.client.actions.invokeNow(action.id, { record })
  assert.equal(run.status, 'AWAITING_APPROVAL')
  await server.client.actions.update(action.id, { body: { quarter: '2026-Q3', entities: ['Berlin', 'Osaka'], amount: 98_000 } })
  const approval = (await server.client.invocations.get(run.id))?.approval

  await fitsEverywhere(stage, admin, 'approval', [
    ['inbox', '/approvals', (page) => page.getByRole('list', { name: 'To review' })],
    ['decision', `/approvals/${approval?.id}`, (page) => page.getByRole('heading', { name: 'Changed since it was asked for' })],
    ['form', `/actions/${action.id}/edit`, (page) => page.getByLabel('Role in stage 2')],
    ['audit', '/audit', (page) => page.getByRole('list', { name: 'Audit' })],
  ])
  assert.deepEqual(complaints, [])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { joinAs } from './join-as.ts'
import { goTo, openContext, picture, status } from './pages.ts'
import { openStage, signIn } from './stage.ts'

test('approvals, as those who ask and those who decide see them', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const admin = await openContext(browser, complaints)
  const office = await admin.newPage()
  await signIn(office, server)
  const rita = await (await joinAs(stage, 'Rita', 'OPERATOR')).newPage()
  const max = await (await joinAs(stage, 'Max', 'MANAGER')).newPage()
  const mia = await (await joinAs(stage, 'Mia', 'MANAGER')).newPage()
  let actionId = ''
  let invocationPath = ''
  let approvalPath = ''

  await t.test('an action is made that two people have to approve', async () => {
    await office.goto(`${server.url}/actions/new`)
    await office.getByLabel('Name', { exact: true }).fill('Pay the invoice')
    await office.getByRole('textbox', { name: 'URL', exact: true }).fill(`${receiver.url}/pay`)
    await office.getByRole('radio', { name: 'JSON' }).check({ force: true })
    await office.getByLabel('JSON to send').fill('{ "invoice": "R-7", "amount": 5 }')
    await office.getByRole('radio', { name: 'On demand' }).check({ force: true })
    await office.getByRole('radio', { name: 'Two people' }).check({ force: true })
    await office.getByLabel('Only when').fill('input.amount > ')
    await office.getByRole('button', { name: 'Create action' }).click()
    await office.locator('textarea[aria-invalid="true"]').waitFor()
    await picture(office, 'approval-1-form')
    await office.getByLabel('Only when').fill('input.amount > 1')
    await office.getByRole('button', { name: 'Create action' }).click()
    await office.getByRole('heading', { name: 'Pay the invoice', level: 1 }).waitFor()
    actionId = new URL(office.url()).pathname.split('/').at(-1) ?? ''
    const card = region(office, 'Approval')
    await card.getByText('2 people (Manager or higher)').waitFor()
    await card.getByText('input.amount > 1').waitFor()
    await picture(office, 'approval-2-action')
  })

  await t.test('who asks for a run is told that it waits, and cannot approve it', async () => {
    await rita.goto(`${server.url}/actions/${actionId}`)
    await rita.getByRole('button', { name: 'Invoke now' }).click()
    await rita.getByRole('dialog').getByText('Under its condition it needs approval').waitFor()
    await rita.getByRole('dialog').getByRole('button', { name: 'Invoke now' }).click()
    await status(rita, 'Awaiting approval').waitFor()
    await region(rita, 'Approval').getByText('Your role may not approve').or(rita.getByText('You asked for this run')).first().waitFor()
    assert.equal(await rita.getByRole('button', { name: 'Approve' }).count(), 0)
    await picture(rita, 'approval-3-asked')
    invocationPath = new URL(rita.url()).pathname
    approvalPath = (await region(rita, 'Approval').getByRole('link', { name: 'Open' }).getAttribute('href')) ?? ''
    await rita.goto(`${server.url}/approvals?tab=requests`)
    await rita
      .getByRole('list', { name: 'My requests' })
      .getByRole('link', { name: /Pay the invoice/ })
      .waitFor()
    await rita.goto(server.url + invocationPath)
  })

  await t.test('the first of two finds it in the inbox and approves it; the requester sees it live', async () => {
    await max.goto(`${server.url}/approvals`)
    const row = max.getByRole('list', { name: 'To review' }).getByRole('listitem')
    await row.getByText('Rita').waitFor()
    await max.getByRole('navigation', { name: 'Main' }).getByText('1 to review').waitFor()
    await picture(max, 'approval-4-inbox')
    await row.getByRole('link', { name: /Pay the invoice/ }).click()
    await max.getByRole('heading', { name: 'Pay the invoice', level: 1 }).waitFor()
    await region(max, 'Request').getByText(`${receiver.url}/pay`).waitFor()
    await max.getByLabel('Comment').fill('The amount is right.')
    await max.getByRole('button', { name: 'Approve' }).click()
    await max.getByRole('dialog').getByText('one more person has to agree').waitFor()
    await picture(max, 'approval-5-confirm')
    await max.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await max.getByText('Max approved').waitFor()
    await max.getByText('one person counts once').waitFor()
    await rita.getByText('Approved by Max').waitFor()
    await rita.getByText('“The amount is right.”').waitFor()
  })

  await t.test('an edit while the second one decides voids the approval, and shows what changed', async () => {
    await mia.goto(server.url + approvalPath)
    await mia.getByRole('button', { name: 'Approve' }).click()
    await mia.getByRole('dialog').getByText('Yours is the last approval it needs').waitFor()
    await server.client.actions.update(actionId, { body: { invoice: 'R-7', amount: 900 } })
    await mia.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
    await mia.getByText('so nothing was approved').waitFor()
    const difference = region(mia, 'Changed since it was asked for')
    await difference.getByText('"amount": 5').waitFor()
    await difference.getByText('"amount": 900').waitFor()
    await mia.getByText('Void: the request was changed afterwards.').waitFor()
    await picture(mia, 'approval-6-void')
    await rita.getByText('Void: the request was changed afterwards.').first().waitFor()
    assert.equal(receiver.arrivals.length, 0)
  })

  await t.test('two people approve in two browsers, and the requester watches it run in a third', async () => {
    await approve(mia)
    await mia.getByText('Mia approved').waitFor()
    await approve(max)
    await status(max, 'Approved').waitFor()
    await status(rita, 'Succeeded').waitFor()
    await rita.getByText('Approved by Mia').waitFor()
    await picture(rita, 'approval-7-ran')
    const stranger = await (await openContext(browser, complaints)).newPage()
    const run = await server.client.invocations.get(invocationPath.split('/').at(-1) ?? '')
    await stranger.goto(run?.receiptUrl ?? '')
    await stranger.getByText('2 of 2 approved it').waitFor()
    assert.ok(!/Mia|Max|The amount is right/.test(await stranger.content()), 'who decided is for the project')
    await picture(stranger, 'approval-7-receipt')
    assert.deepEqual(
      receiver.arrivals.map(({ body }) => JSON.parse(body).amount),
      [900],
    )
  })

  await t.test('a run is approved in advance by the grants of two people', async () => {
    for (const page of [max, mia]) {
      await page.goto(`${server.url}/actions/${actionId}`)
      await page.getByRole('button', { name: 'Grant runs' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Whose runs').selectOption({ label: 'Rita' })
      await dialog.getByLabel('Comment').fill('For the audit of the year')
      if (page === max) await picture(max, 'approval-8-grant')
      await dialog.getByRole('button', { name: 'Grant' }).click()
      const grants = page.getByRole('list', { name: 'Standing grants' }).getByText('0 of 1 run')
      await grants.nth(page === max ? 0 : 1).waitFor()
    }
    await rita.goto(`${server.url}/actions/${actionId}`)
    await rita.getByRole('button', { name: 'Invoke now' }).click()
    await rita.getByRole('dialog').getByRole('button', { name: 'Invoke now' }).click()
    await status(rita, 'Succeeded').waitFor()
    await rita.getByText('Approved in advance').waitFor()
  })

  await t.test('one reject ends it', async () => {
    await rita.goto(`${server.url}/actions/${actionId}`)
    await rita.getByRole('button', { name: 'Invoke now' }).click()
    await rita.getByRole('dialog').getByRole('button', { name: 'Invoke now' }).click()
    await status(rita, 'Awaiting approval').waitFor()
    await mia.goto(`${server.url}/approvals`)
    await mia
      .getByRole('list', { name: 'To review' })
      .getByRole('link', { name: /Pay the invoice/ })
      .click()
    await mia.getByRole('button', { name: 'Reject' }).click()
    await mia.getByRole('dialog').getByRole('button', { name: 'Reject' }).click()
    await status(mia, 'Rejected').waitFor()
    await status(rita, 'Cancelled').waitFor()
    await rita.getByText('Rejected by Mia').waitFor()
    assert.equal(receiver.arrivals.length, 2)
  })

  await t.test('a role that may, runs it without approval, with a reason', async () => {
    const { createRole } = await server.graphql(
      'mutation { createRole(input: { name: "On call", level: OPERATOR, breakGlass: true }) { id } }',
    )
    const member = (await server.client.members.list()).find(({ name }) => name === 'Rita')
    await server.client.members.setRole(member!.id, createRole.id)
    await rita.goto(`${server.url}/actions/${actionId}`)
    await rita.getByRole('button', { name: 'Invoke now' }).click()
    const dialog = rita.getByRole('dialog')
    await dialog.getByRole('switch', { name: 'Run without approval' }).press('Space')
    await dialog.getByLabel('Reason').fill('short')
    await dialog.getByRole('button', { name: 'Run without approval' }).click()
    await dialog.getByText('At least 10 characters that say why.').waitFor()
    await dialog.getByLabel('Reason').fill('The bank closes in five minutes')
    await picture(rita, 'approval-9-break-glass')
    await dialog.getByRole('button', { name: 'Run without approval' }).click()
    await status(rita, 'Succeeded').waitFor()
    await rita.getByText('“The bank closes in five minutes”').waitFor()
    assert.equal(receiver.arrivals.length, 3)
  })

  await t.test('the audit shows the decision and is verified; it is for admins', async () => {
    await goTo(office, 'Audit')
    await office.getByLabel('Verb').fill('approval.approved')
    const entry = office.getByRole('list', { name: 'Audit' }).getByRole('listitem').filter({ hasText: 'Mia' }).first()
    await entry.getByText('approval.approved').click()
    await entry.getByText('Hash', { exact: true }).waitFor()
    await office.getByRole('button', { name: 'Verify' }).click()
    await office.getByText('Nothing was changed.').waitFor()
    await picture(office, 'approval-a-audit')
    const download = office.waitForEvent('download')
    await office.getByRole('button', { name: 'Export as JSONL' }).click()
    const exported = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\n')
    assert.ok(exported.length >= 3, exported.join('\n'))
    assert.ok(exported.every((line) => JSON.parse(line).verb === 'approval.approved'))
    await rita.goto(`${server.url}/audit`)
    await rita.getByText('The audit is for admins').waitFor()
  })

  assert.deepEqual(complaints, [])
})

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

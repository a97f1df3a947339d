import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startReceiver } from '../receiver.ts'
import { goTo, openContext, picture, status, sticksOut } from './pages.ts'
import { openStage, signIn } from './stage.ts'

test('the dashboard, as a newcomer meets it', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const signedIn = await openContext(browser, complaints)
  const page = await signedIn.newPage()

  await t.test('the printed link signs in, once', async () => {
    await signIn(page, server)
    assert.equal(new URL(page.url()).hash, '', 'the code does not stay in the address')
    const [cookie] = await signedIn.cookies()
    assert.ok(cookie?.httpOnly)
    assert.equal(cookie.sameSite, 'Lax')
    await picture(page, '1-first-start')

    const other = await browser.newContext()
    const stranger = await other.newPage()
    await stranger.goto(server.signInLink)
    await stranger.getByRole('alert').waitFor()
    await stranger.goto(`${server.url}/invocations`)
    await stranger.getByRole('heading', { name: 'Sign in' }).waitFor()
    await other.close()
  })

  await t.test('the demo shows a live receipt within ten seconds', async () => {
    await page.getByRole('button', { name: 'Run the demo' }).click()
    await status(page, 'Succeeded').waitFor({ timeout: 10_000 })
    await page.getByText('Attempt 1 succeeded').waitFor()
    await page.getByRole('region', { name: 'Response body' }).getByText('order').first().waitFor()
    await picture(page, '2-demo')
  })

  await t.test('the form previews the schedule while one types, and says what is wrong', async () => {
    await goTo(page, 'Actions')
    await page.getByRole('link', { name: 'New action' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Nightly report')
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill(`${receiver.url}/report?hang=1`)
    const cron = page.getByLabel('Cron expression')
    await cron.fill('30 25 * * *')
    await page.locator('input[aria-invalid="true"]').waitFor()
    await cron.fill('30 2 * * *')
    await page.getByLabel('Time zone').fill('new york')
    await page.getByRole('option', { name: /New York/ }).click()
    const runs = page.getByRole('region', { name: 'Next runs' }).getByRole('rowheader')
    await runs.filter({ hasText: '02:30' }).first().waitFor()
    assert.equal(await runs.count(), 6)
    await picture(page, '3-form')
  })

  await t.test('a run is watched live, from Running to Succeeded', async () => {
    await page.getByRole('button', { name: 'Create action' }).click()
    await page.getByRole('heading', { name: 'Nightly report', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Invoke now' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Invoke now' }).click()
    await receiver.arrived(1, ({ url }) => url.startsWith('/report'))
    await status(page, 'Running').waitFor()
    await picture(page, '4-running')
    receiver.release()
    await status(page, 'Succeeded').waitFor()
    await page.getByText('Attempt 1 succeeded').waitFor()
    await picture(page, '5-succeeded')
  })

  await t.test('the list of actions follows what happens elsewhere', async () => {
    await goTo(page, 'Actions')
    const action = await server.client.actions.create({
      key: 'elsewhere',
      name: 'From elsewhere',
      target: { url: `${receiver.url}/fails?status=500` },
    })
    await page.reload()
    const row = page.getByRole('list', { name: 'Actions' }).getByRole('listitem').filter({ hasText: 'From elsewhere' })
    await row.getByText('Not run yet').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    await server.client.actions.invokeNow(action.id)
    await row.getByText('Failed').waitFor()
    await picture(page, '6-actions')
  })

  await t.test('a scheduled run is cancelled and never sent', async () => {
    await page.getByRole('link', { name: 'New action' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Once, later')
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill(`${receiver.url}/never`)
    await page.getByRole('radio', { name: 'Once', exact: true }).check()
    await page.getByLabel(/Date and time/).fill('2035-01-31T09:30')
    await page.getByRole('region', { name: 'Next runs' }).getByText('09:30').first().waitFor()
    await page.getByRole('button', { name: 'Create action' }).click()
    await page.getByRole('heading', { name: 'Once, later', level: 1 }).waitFor()
    await page.getByRole('list', { name: 'Invocations' }).getByRole('link').first().click()
    await status(page, 'Pending').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await status(page, 'Cancelled').waitFor()
    await page.getByText('Nothing was sent').first().waitFor()
    assert.ok(!receiver.arrivals.some(({ url }) => url === '/never'))
    await picture(page, '7-cancelled')
  })

  await t.test('a receipt is public, live, and fits a phone', async () => {
    const target = await startReceiver()
    await using _target = target
    const { receiptUrl } = await server.client.send({
      name: 'Shown to a friend',
      url: `${target.url}/?hang=1`,
      headers: { 'x-api-key': 'not-for-friends' },
    })
    const context = await openContext(browser, complaints, { viewport: { width: 360, height: 760 } })
    const friend = await context.newPage()
    await friend.goto(receiptUrl)
    await status(friend, 'Running').waitFor()
    await friend.getByRole('heading', { name: 'Shown to a friend' }).waitFor()
    target.release()
    await status(friend, 'Succeeded').waitFor()
    assert.ok(!(await friend.content()).includes('not-for-friends'))
    assert.equal(await sticksOut(friend), false)
    await picture(friend, '8-receipt-phone')
    await context.close()
  })

  assert.deepEqual(complaints, [], 'no errors in the console')
})

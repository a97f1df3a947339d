import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { openContext, picture, status, sticksOut } from './pages.ts'
import { openStage, signIn } from './stage.ts'

const body = { order: 4711, password: 'hunter2hunter2', items: [{ sku: 'A-1', count: 3 }] }

test('receipts in the browser', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  receiver.answer = ({ url, headers }) => {
    if (url.startsWith('/order') && headers['x-forte-attempt'] === '1') return { status: 503, headers: { 'retry-after': '1' } }
    return url.startsWith('/order') ? { body: JSON.stringify({ ok: true, received: body, id: 1 }) } : undefined
  }
  const send = (path: string, more: object = {}) =>
    server.client.send({
      name: 'Order to billing',
      url: `${receiver.url}${path}`,
      headers: { authorization: 'Bearer not-for-friends', accept: 'application/json' },
      body,
      ...more,
    })
  /** Until its callback has ended as well. */
  const ended = async (page: Page) => page.getByText('Callback delivered').waitFor()

  const order = await send('/order?api_key=not-in-public', { retryable: true, callbackUrl: `${receiver.url}/done` })

  await t.test('it shows the way, where the time went, the answer and the callback, on every width and in both themes', async () => {
    for (const [width, colorScheme] of [
      [360, 'light'],
      [360, 'dark'],
      [1600, 'light'],
      [1600, 'dark'],
    ] as const) {
      const context = await openContext(browser, complaints, { viewport: { width, height: 900 }, colorScheme })
      const page = await context.newPage()
      await page.goto(order.receiptUrl)
      await status(page, 'Succeeded').waitFor()
      await ended(page)
      const waterfall = page.getByRole('table', { name: 'Where the time of attempt 2 went' })
      await waterfall.getByRole('row', { name: /Wait for the answer [\d.]+ ms/ }).waitFor()
      assert.equal(await sticksOut(page), false)
      assert.doesNotMatch(await page.content(), /not-for-friends|not-in-public|hunter2/)
      await picture(page, `receipt-${width}-${colorScheme}`)
      await context.close()
    }
  })

  await t.test('the answer can be looked at in three ways, and the request be copied as curl', async () => {
    const context = await openContext(browser, complaints, { permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await context.newPage()
    await page.goto(order.receiptUrl)
    const answer = page.getByRole('figure').filter({ hasText: 'Response body' }).first()
    await answer.getByText('"received"').waitFor()
    await answer.getByRole('radio', { name: 'Tree' }).check({ force: true })
    await answer.getByText('{ 3 items }').first().waitFor()
    await picture(page, 'receipt-tree')
    await answer.getByRole('radio', { name: 'Raw' }).check({ force: true })
    await answer.getByText('{"ok":true,"received"').waitFor()
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    await page.getByText('Copied').first().waitFor()
    const command = String(await page.evaluate('navigator.clipboard.readText()'))
    assert.match(command, /^curl --request POST 'http:\/\/127\.0\.0\.1:\d+\/order\?api_key='"\$API_KEY"/)
    assert.match(command, /--header 'authorization: '"\$AUTHORIZATION"/)
    assert.match(command, /"password":"'"\$PASSWORD"'"/)
    await context.close()
  })

  await t.test('on paper everything is open and light', async () => {
    const context = await openContext(browser, complaints, { colorScheme: 'dark' })
    const page = await context.newPage()
    await page.goto(order.receiptUrl)
    await ended(page)
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    await page.evaluate('dispatchEvent(new Event("beforeprint"))')
    assert.equal(await page.locator('article details:not([open])').count(), 0)
    assert.equal(await page.getByRole('button', { name: 'Print' }).isVisible(), false)
    assert.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'light')
    await page.getByText(order.receiptUrl).waitFor()
    await picture(page, 'receipt-print')
    await page.evaluate('dispatchEvent(new Event("afterprint"))')
    assert.notEqual(await page.locator('article details:not([open])').count(), 0)
    await context.close()
  })

  const signedIn = await openContext(browser, complaints)
  const admin = await signedIn.newPage()
  await signIn(admin, server)

  await t.test('its page asks nothing with a cookie, also of who is signed in', async () => {
    const run = await send('/?hang=1')
    const page = await signedIn.newPage()
    const asked: Record<string, string>[] = []
    const said: string[] = []
    page.on('request', async (request) => {
      if (request.url().endsWith('/graphql')) asked.push(await request.allHeaders())
    })
    page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => said.push(String(payload))))
    await page.goto(run.receiptUrl)
    await status(page, 'Running').waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    assert.ok(asked.length > 0)
    for (const headers of asked) assert.equal(headers.cookie, undefined)
    assert.deepEqual(JSON.parse(said[0]!), { type: 'connection_init', payload: { anonymous: true } })
    await page.close()
  })

  await t.test('revoked in the dashboard, it is gone where it is open; renewed, it has another address', async () => {
    const run = await send('/?hang=1')
    const friend = await openContext(browser, complaints)
    const page = await friend.newPage()
    await page.goto(run.receiptUrl)
    await status(page, 'Running').waitFor()

    await admin.goto(`${server.url}/invocations/${run.id}`)
    await admin.getByText(/can see it, without signing in, until/).waitFor()
    await admin.getByRole('button', { name: 'Revoke' }).click()
    await picture(admin, 'receipt-revoke')
    await admin.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await admin.getByText(/^Revoked .*shows nothing to anyone/).waitFor()
    await page.getByText('This receipt has ended').waitFor()
    assert.equal(await page.getByText('Order to billing').count(), 0)
    await picture(page, 'receipt-gone')

    await admin.getByRole('button', { name: 'New address' }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('Days it can be seen').fill('366')
    await dialog.getByRole('button', { name: 'Make it' }).click()
    await dialog.getByText('A whole number from 1 to 365.').waitFor()
    await dialog.getByLabel('Days it can be seen').fill('7')
    await dialog.getByRole('button', { name: 'Make it' }).click()
    const link = admin.getByRole('link', { name: 'Open the public page' })
    const address = String(await link.getAttribute('href'))
    assert.notEqual(address, run.receiptUrl)
    await picture(admin, 'receipt-renewed')
    await page.goto(address)
    await status(page, 'Running').waitFor()
    receiver.release()
    await status(page, 'Succeeded').waitFor()
    await page.goto(run.receiptUrl)
    await page.getByText('There is no such receipt').waitFor()
    await friend.close()
  })

  assert.deepEqual(
    complaints.filter((text) => !text.includes('status of 404')),
    [],
    'no errors in the console, and nothing that the policy of the page forbids',
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { goTo, openContext, picture } from './pages.ts'
import { fitsEverywhere, openStage, signIn } from './stage.ts'

/** Runs that fail; few enough that the circuit of their service stays closed. */
const FAILURES = 6

test('delivery, as its owner sees it', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const signedIn = await openContext(browser, complaints)
  const page = await signedIn.newPage()
  let serviceId = ''
  let fragileId = ''
  let broken = true
  receiver.answer = ({ url }) => (broken && url.startsWith('/billing/fragile') ? { status: 503 } : undefined)

  await t.test('a service is made with a limit, and its secret is shown once', async () => {
    await signIn(page, server)
    await goTo(page, 'Services')
    await page.getByText('No service yet').waitFor()
    await page.getByRole('button', { name: 'Add a service' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('billing')
    await dialog.getByLabel('Base URL').fill(`${receiver.url}/billing`)
    await dialog.locator('summary', { hasText: 'Limits' }).click()
    await dialog.getByLabel('At a time').fill('0')
    await dialog.getByRole('button', { name: 'Add service' }).click()
    await dialog.locator('input[aria-invalid="true"]').waitFor()
    await dialog.getByLabel('At a time').fill('4')
    await dialog.getByRole('button', { name: 'Add service' }).click()
    await dialog.getByText(/^whsec_/).waitFor()
    await picture(page, 'delivery-1-secret')
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('heading', { name: 'billing', level: 1 }).waitFor()
    serviceId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    await region(page, 'Limits').getByText('4', { exact: true }).waitFor()
    assert.ok(!(await page.content()).includes('whsec_'), 'the secret is gone')
  })

  await t.test('its limits, circuit breaker and gateway are changed', async () => {
    const dialog = page.getByRole('dialog')
    await page.getByRole('button', { name: 'Change limits' }).click()
    await dialog.getByLabel('Rate').fill('600')
    await dialog.getByLabel('Per').selectOption('MINUTE')
    await dialog.getByRole('button', { name: 'Save limits' }).click()
    await region(page, 'Limits').getByText('600 a minute').waitFor()
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    await dialog.getByLabel('Failed, in per cent').fill('75')
    await dialog.getByText('Opens when 75 % or more').waitFor()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await region(page, 'Circuit breaker').getByText('Opens when 75 % or more').waitFor()
    await page.getByRole('switch', { name: /^Open/ }).press('Space')
    await page.getByText('Its address answers 404.').waitFor()
    assert.equal((await fetch(`${server.url}/gateway/billing/x`)).status, 404)
  })

  await t.test('its signing secret is rotated, both being valid for a day', async () => {
    await page.getByRole('button', { name: 'Rotate the secret' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a new secret' }).click()
    await dialog.getByText(/^whsec_/).waitFor()
    await dialog.getByText('with the one before as well').waitFor()
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByText('The secret before this one is valid until').waitFor()
  })

  await t.test('a test is sent, signed by both secrets, and its result is shown', async () => {
    await page.getByRole('textbox', { name: 'Path' }).fill('/hello')
    await page.getByLabel('Body').fill('{ "hello": "billing" }')
    await page.getByRole('button', { name: 'Send test' }).click()
    const result = page.getByRole('status', { name: 'Result of the test' })
    await result.getByText('Succeeded').waitFor()
    await result.getByText('200').waitFor()
    const [arrival] = await receiver.arrived(1, ({ url }) => url === '/billing/hello')
    assert.equal(JSON.parse(arrival?.body ?? '').hello, 'billing')
    assert.equal(String(arrival?.headers['webhook-signature']).split(' ').length, 2)
    await picture(page, 'delivery-2-service')
  })

  await t.test('a secret is kept, put into a header by name, and stays hidden when the action is edited', async () => {
    await goTo(page, 'Settings')
    await region(page, 'Signing').getByRole('button', { name: 'Rotate the secret' }).waitFor()
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Secrets' }).click()
    await page.getByText('No secret yet').waitFor()
    await page.getByRole('button', { name: 'Add a secret' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('BILLING_TOKEN')
    await dialog.getByLabel('Value').fill('canary-of-the-browser')
    await dialog.getByRole('button', { name: 'Add secret' }).click()
    const row = page.getByRole('list', { name: 'Secrets' }).getByRole('listitem')
    await row.getByText('{{secret.BILLING_TOKEN}}').waitFor()

    await page.goto(`${server.url}/actions/new`)
    await page.getByLabel('Name', { exact: true }).fill('Charge the cards')
    await page.getByRole('radio', { name: 'Service and path' }).check({ force: true })
    await page.getByLabel('Service', { exact: true }).selectOption(serviceId)
    await page.getByRole('textbox', { name: 'Path' }).fill('/charge')
    await page.getByRole('button', { name: 'Add a header' }).click()
    await page.getByLabel('Name of header 1').fill('authorization')
    await page.getByLabel('Value of header 1').fill('Bearer ')
    await page.getByLabel('Put a secret into header 1').selectOption('BILLING_TOKEN')
    assert.equal(await page.getByLabel('Value of header 1').inputValue(), 'Bearer {{secret.BILLING_TOKEN}}')
    await page.getByRole('radio', { name: 'On demand' }).check({ force: true })
    await page.locator('summary', { hasText: 'Pauses and kinds of failure' }).click()
    await page.getByRole('radio', { name: 'One by one' }).check({ force: true })
    await page.getByLabel('Pauses, the first one first').fill('10 s, 1 min')
    await page.getByText('Retried after 10 s, 1 min; given up after about 1 min 10 s.').waitFor()
    await page.getByRole('checkbox', { name: '4xx' }).uncheck()
    await page.getByLabel('Concurrency key').fill('cards')
    await page.getByLabel('Callback URL').fill(`${receiver.url}/done`)
    await picture(page, 'delivery-3-form')
    await page.getByRole('button', { name: 'Create action' }).click()
    await page.getByRole('heading', { name: 'Charge the cards', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('heading', { name: 'Edit Charge the cards' }).waitFor()
    assert.equal(await page.getByLabel('Value of header 1').inputValue(), '••••')
    assert.equal(await page.getByLabel('Pauses, the first one first').inputValue(), '10 s, 1 min')
    assert.equal(await page.getByRole('checkbox', { name: '4xx' }).isChecked(), false)
    await page.getByLabel('Timeout in seconds').fill('9')
    await page.getByRole('button', { name: 'Add a header' }).click()
    await page.getByLabel('Name of header 2').fill('accept')
    await page.getByLabel('Value of header 2').fill('text/plain')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByRole('button', { name: 'Invoke now' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Invoke now' }).click()
    const [arrival] = await receiver.arrived(1, ({ url }) => url === '/billing/charge')
    assert.equal(arrival?.headers.authorization, 'Bearer canary-of-the-browser', 'the hidden value was kept')
    assert.equal(arrival?.headers.accept, 'text/plain')
    await receiver.arrived(1, ({ url }) => url === '/done')

    await page.goto(`${server.url}/settings/secrets`)
    await row.getByRole('button', { name: 'Delete BILLING_TOKEN' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
  })

  await t.test('a concurrency key gets a limit', async () => {
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Concurrency keys' }).click()
    await page.getByRole('button', { name: 'Set a limit' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Concurrency key').fill('cards')
    await dialog.getByLabel('At a time').fill('2')
    await dialog.getByRole('button', { name: 'Save limit' }).click()
    const row = page.getByRole('list', { name: 'Concurrency keys' }).getByRole('listitem')
    await row.getByText('2 at a time').waitFor()
    await row.getByRole('button', { name: 'Delete the limit of cards' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByText('No limit is set').waitFor()
  })

  await t.test('the overview counts what failed and leads to it, filtered in the address', async () => {
    const fragile = await server.client.actions.create({
      name: 'Fragile',
      target: { serviceId, path: '/fragile' },
      schedule: null,
    })
    fragileId = fragile.id
    for (let n = 0; n < FAILURES; n++) await server.client.actions.invokeNow(fragileId)
    await receiver.arrived(FAILURES, ({ url }) => url === '/billing/fragile')
    await goTo(page, 'Overview')
    const figures = page.getByRole('list', { name: 'Last 24 hours' }).getByRole('listitem')
    await figures.filter({ hasText: 'Failed' }).getByText(String(FAILURES), { exact: true }).waitFor()
    await figures.filter({ hasText: 'Success rate' }).getByText('25 %').waitFor()
    await region(page, 'Volume').getByRole('img', { name: 'Volume' }).waitFor()
    const slider = page.getByRole('slider', { name: /Volume/ })
    await slider.focus()
    const told = async () => (await slider.getAttribute('aria-valuetext')) ?? ''
    assert.match(await told(), /^\d\d:\d\d to \d\d:\d\d: \d failed, \d succeeded, 0 missed or cancelled$/)
    await slider.press('Home')
    assert.match(await told(), /: 0 failed, 0 succeeded/)
    await page.getByRole('button', { name: 'Table of volume' }).click()
    const failed = await region(page, 'Volume').first().locator('tbody td:nth-child(2)').allTextContents()
    assert.equal(
      failed.map(Number).reduce((sum, count) => sum + count),
      FAILURES,
    )
    await page.getByRole('button', { name: 'Table of volume' }).click()
    await page.getByRole('button', { name: 'Table of latency' }).click()
    await region(page, 'Latency').getByRole('columnheader', { name: 'p95' }).first().waitFor()
    await picture(page, 'delivery-4-overview')
    const group = page.getByRole('list', { name: 'Failures of the last 24 hours' }).getByRole('link').filter({ hasText: 'Fragile' })
    await group.getByText(`${FAILURES}×`).waitFor()
    await group.click()
    await page.getByText(`${FAILURES} invocations match`).waitFor()
    const search = new URL(page.url()).searchParams
    assert.equal(search.get('action'), fragile.id)
    assert.equal(search.get('status'), 'FAILED')
    assert.equal(await page.getByLabel('Text of the error').inputValue(), search.get('error'))
  })

  await t.test('filters live in the address, from which they come back', async () => {
    await page.getByLabel('Text of the error').fill('no such thing')
    await page.getByText('No invocation matches').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByLabel('Service', { exact: true }).selectOption(serviceId)
    await page.getByLabel('Time').selectOption('1h')
    await page.getByRole('button', { name: 'Succeeded' }).click()
    await page.getByText('2 invocations match').waitFor()
    const address = page.url()
    assert.equal(new URL(address).search, `?service=${serviceId}&since=1h&status=SUCCEEDED`)
    await page.goto(address)
    await page.getByText('2 invocations match').waitFor()
    await page.getByLabel('Service', { exact: true }).locator('option', { hasText: 'billing' }).waitFor({ state: 'attached' })
    assert.equal(await page.getByLabel('Service', { exact: true }).inputValue(), serviceId)
    assert.equal(await page.getByLabel('Time').inputValue(), '1h')
    assert.equal(await page.getByRole('button', { name: 'Succeeded' }).getAttribute('aria-pressed'), 'true')
    assert.ok(await page.getByRole('button', { name: 'Retry all' }).isDisabled(), 'what succeeded is not retried')
  })

  await t.test('all that match are counted, retried, and followed to the end', async () => {
    broken = false
    await page.getByRole('button', { name: 'Succeeded' }).click()
    await page.getByRole('button', { name: 'Failed' }).click()
    await page.getByText(`${FAILURES} invocations match`).waitFor()
    await page.getByRole('button', { name: 'Retry all' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`${FAILURES} invocations`).waitFor()
    await picture(page, 'delivery-5-bulk')
    await dialog.getByRole('button', { name: 'Retry them' }).click()
    const operations = page.getByRole('list', { name: 'Bulk operations' })
    await operations.getByText('Completed').waitFor()
    await operations.getByText(`${FAILURES} retried`).waitFor()
    assert.equal(await operations.getByRole('progressbar').getAttribute('aria-valuenow'), String(FAILURES))
    await receiver.arrived(2 * FAILURES, ({ url }) => url === '/billing/fragile')
    await page.getByRole('button', { name: 'Failed' }).click()
    await page.getByRole('button', { name: 'Succeeded' }).click()
    await page.getByText(`${FAILURES + 2} invocations match`).waitFor()
    await page.getByRole('link', { name: 'Bulk operations' }).click()
    await page.getByRole('list', { name: 'Bulk operations' }).getByText(`${FAILURES} retried`).waitFor()
  })

  await t.test('what waits is cancelled in bulk', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString()
    for (let n = 0; n < 3; n++) await server.client.send({ name: 'Later', url: `${receiver.url}/later`, scheduledAt: later })
    await page.goto(`${server.url}/invocations?status=PENDING`)
    await page.getByText('3 invocations match').waitFor()
    await page.getByRole('button', { name: 'Cancel all' }).click()
    await page.getByRole('dialog').getByText('3 invocations').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel them' }).click()
    await page.getByRole('list', { name: 'Bulk operations' }).getByText('3 cancelled').waitFor()
  })

  await t.test('a circuit opens, is told on the overview, and is closed by hand', async () => {
    const card = region(page, 'Circuit breaker')
    await page.goto(`${server.url}/services/${serviceId}`)
    await page.getByRole('button', { name: 'Settings', exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Failed, in per cent').fill('10')
    await dialog.getByLabel('Of at least').fill('2')
    await dialog.getByLabel('First try after seconds').fill('600')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await card.getByText('Opens when 10 % or more of at least 2 requests').waitFor()
    broken = true
    for (let n = 0; n < FAILURES; n++) await server.client.actions.invokeNow(fragileId)
    await card.getByText('Circuit open').waitFor()
    await picture(page, 'delivery-6-open')
    await goTo(page, 'Overview')
    await page.getByRole('list', { name: 'Open circuits' }).getByRole('link', { name: 'billing' }).click()
    broken = false
    await page.getByRole('button', { name: 'Close it now' }).click()
    await card.getByText('Circuit closed').waitFor()
    await page.getByRole('button', { name: 'Send test' }).click()
    await page.getByRole('status', { name: 'Result of the test' }).getByText('Succeeded').waitFor()
  })

  await t.test('a service that is used is not deleted, one that is not used is', async () => {
    await page.goto(`${server.url}/services/${serviceId}`)
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    const unused = await server.client.services.create({ name: 'unused', baseUrl: `${receiver.url}/unused` })
    await page.goto(`${server.url}/services/${unused.id}`)
    await page.getByRole('heading', { name: 'unused', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'Services', level: 1 }).waitFor()
    const rows = page.getByRole('list', { name: 'Services' }).getByRole('listitem')
    await rows.filter({ hasText: 'billing' }).getByText('4 at a time, 600 a minute').waitFor()
    assert.equal(await rows.count(), 1)
  })

  await t.test('it all fits a phone, a wide screen and the dark', async () => {
    await fitsEverywhere(stage, signedIn, 'delivery-7', [
      ['overview', '/', (page) => page.getByRole('list', { name: 'Failures of the last 24 hours' })],
      ['services', '/services', (page) => page.getByRole('list', { name: 'Services' })],
      ['service', `/services/${serviceId}`, (page) => page.getByRole('list', { name: 'Recent failures' })],
      ['invocations', '/invocations?since=24h', (page) => page.getByRole('list', { name: 'Invocations' })],
      ['bulk', '/invocations/bulk', (page) => page.getByRole('list', { name: 'Bulk operations' })],
      ['secrets', '/settings/secrets', (page) => page.getByRole('list', { name: 'Secrets' })],
      ['limits', '/settings/limits', (page) => page.getByText('No limit is set')],
    ])
  })

  assert.deepEqual(complaints, [], 'no errors in the console')
})

const region = (page: Page, name: string) => page.getByRole('region', { name })

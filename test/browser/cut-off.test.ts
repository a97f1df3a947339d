import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openContext, picture } from './pages.ts'
import { openStage, signIn } from './stage.ts'

test('what cannot be loaded is told beside what is there, and is tried again', async () => {
  await using stage = await openStage()
  const { server, browser } = stage
  const calendar = await server.client.calendars.create({ name: 'Fair days', weekdays: [6] })
  const { id } = await server.client.actions.create({
    name: 'Count the stock',
    target: { url: `${server.url}/echo` },
    schedule: { cronExpression: '0 7 * * *', timezone: 'Asia/Kolkata', calendarId: calendar.id },
  })
  // The console tells of each request that is cut off.
  const page = await (await openContext(browser, [])).newPage()
  await signIn(page, server)
  let cut: RegExp | undefined = /query (Calendars|Timezones|ActionNames)\b/
  await page.route('**/graphql', (route) => (cut?.test(route.request().postData() ?? '') ? route.abort() : route.continue()))
  await page.goto(`${server.url}/actions/${id}/edit`)
  const days = page.getByLabel('Calendar of excluded days')
  await page.getByText('The calendars could not be loaded.').waitFor()
  assert.equal(await days.inputValue(), calendar.id)
  await days.locator('option', { hasText: 'Fair days' }).waitFor({ state: 'attached' })
  await page.getByRole('combobox', { name: 'Time zone' }).press('ArrowDown')
  await page.getByText('The other zones could not be loaded.').waitFor()
  assert.equal(await page.getByRole('listbox', { name: 'Time zones' }).getByRole('option').count(), 2)
  await picture(page, 'cut-off-1-form')
  await page.keyboard.press('Escape')
  await page.goto(`${server.url}/invocations?action=${id}`)
  await page.getByText('The list of actions could not be loaded.').waitFor()
  await page.getByLabel('Action', { exact: true }).locator('option', { hasText: 'Count the stock' }).waitFor({ state: 'attached' })
  assert.equal(await page.getByLabel('Action', { exact: true }).inputValue(), id)
  await picture(page, 'cut-off-2-filter')
  cut = undefined
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('The list of actions could not be loaded.').waitFor({ state: 'detached' })

  await page.clock.install()
  await page.goto(`${server.url}/schedule`)
  const month = page.getByRole('list', { name: 'The coming 30 days' })
  await month.waitFor()
  cut = /query/
  await page.clock.fastForward(60_000)
  const failure = page.getByText('The present state could not be loaded.')
  await failure.nth(2).waitFor()
  assert.ok(await month.isVisible(), 'what was there stays')
  await picture(page, 'cut-off-3-schedule')
  // Somebody else pauses the project meanwhile.
  await server.client.setExecutionMode('SCHEDULES_PAUSED')
  cut = undefined
  await page.clock.fastForward(60_000)
  await failure.first().waitFor({ state: 'detached' })
  await page.getByRole('status').filter({ hasText: 'Schedules paused.' }).waitFor()
})

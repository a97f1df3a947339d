import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import type { Page } from 'playwright-core'
import type { CreateActionInput } from '../../sdk/index.ts'
import { startServer } from '../server.ts'
import { goTo, openContext, picture } from './pages.ts'
import { fitsEverywhere, openStage, signIn } from './stage.ts'

test('schedules in the dashboard', async (t) => {
  await using stage = await openStage()
  const { server, database, browser, complaints } = stage
  const signedIn = await openContext(browser, complaints)
  const page = await signedIn.newPage()
  await signIn(page, server)
  await server.client.actions.createMany(company(`${server.url}/echo`))

  await t.test('the editor finds a zone by the keyboard and tells what the clocks do in March', async () => {
    await page.goto(`${server.url}/actions/new`)
    await page.getByLabel('Name', { exact: true }).fill('Nightly report')
    await page.getByRole('textbox', { name: 'URL', exact: true }).fill(`${server.url}/echo`)
    await page.getByRole('radio', { name: 'Daily' }).check({ force: true })
    await page.getByLabel('Time', { exact: true }).fill('02:30')
    assert.equal(await page.getByLabel('Cron expression').inputValue(), '30 2 * * *')

    const zone = page.getByRole('combobox', { name: 'Time zone' })
    await zone.focus()
    await page.keyboard.press('ArrowDown')
    const first = page.getByRole('listbox', { name: 'Time zones' }).getByRole('option').first()
    assert.match((await first.textContent()) ?? '', /Europe\/Berlin.*yours/, 'the own zone is offered first')
    await zone.pressSequentially('ny')
    await page.keyboard.press('Escape')
    assert.equal(await zone.inputValue(), 'Europe/Berlin', 'Escape leaves it as it was')
    const options = page.getByRole('listbox', { name: 'Time zones' }).getByRole('option')
    for (const [typed, found] of [
      ['calcutta', /^Asia\/Kolkata/],
      ['utc+0', /^UTC/],
      ['+00:00', /^UTC/],
    ] as const) {
      await zone.press('ArrowDown')
      await zone.fill(typed)
      await options.first().filter({ hasText: found }).waitFor()
      await page.keyboard.press('Escape')
    }
    await zone.press('ArrowDown')
    await zone.pressSequentially('america new')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await picture(page, 'schedule-1-zones')
    await page.keyboard.press('Enter')
    assert.equal(await zone.inputValue(), 'America/New_York')

    const { saturday, sunday } = clocksGoForward()
    await nextRuns(page).getByLabel('From').fill(saturday)
    const moved = nextRuns(page).getByText(`The clocks go forward and 02:30 on ${sunday} does not exist; it runs at 03:30 instead.`)
    // As the note of the run, and beforehand as a warning about the schedule.
    await moved.nth(1).waitFor()
    await nextRuns(page).getByRole('rowheader', { name: /03:30/ }).waitFor()
    await nextRuns(page).getByRole('cell', { name: '-04:00' }).first().waitFor()
    await picture(page, 'schedule-2-editor')
  })

  await t.test('a wrong expression is told at its field, while one types', async () => {
    const cron = page.getByLabel('Cron expression')
    await cron.fill('30 25 * * *')
    await page.locator('input[aria-invalid="true"]').waitFor()
    const note = await cron.getAttribute('aria-describedby')
    assert.match((await page.locator(`[id="${note}"]`).textContent()) ?? '', /hour|25/i)
    assert.ok(await page.getByRole('radio', { name: 'Cron' }).isChecked())
    await picture(page, 'schedule-3-mistake')
    await page.getByRole('radio', { name: 'Daily' }).check({ force: true })
    await page.locator('input[aria-invalid="true"]').waitFor({ state: 'detached' })
    assert.equal(await cron.inputValue(), '30 2 * * *')
  })

  await t.test('an interval, the last day of a month and a single time in another zone are previewed too', async () => {
    await page.getByRole('radio', { name: 'Interval' }).check({ force: true })
    await page.getByLabel('Every', { exact: true }).fill('0')
    await page.locator('input[aria-invalid="true"]').waitFor()
    await page.getByLabel('Every', { exact: true }).fill('90')
    await page.getByLabel('Unit').selectOption('minutes')
    await page.locator('input[aria-invalid="true"]').waitFor({ state: 'detached' })
    await nextRuns(page).getByRole('rowheader').nth(5).waitFor()
    await page.getByRole('radio', { name: 'The end of the run before' }).check({ force: true })
    await page.getByText('so two never meet').waitFor()
    const more = page.locator('summary', { hasText: 'Window, calendar and spread' })
    await more.press('Enter')
    await page.getByLabel('Spread').waitFor()
    assert.equal(await page.getByText('When the clocks change').isVisible(), false, 'an interval has no policy for that')
    await more.press('Enter')
    await page.getByLabel('Spread').waitFor({ state: 'hidden' })
    await nextRuns(page).getByRole('rowheader').first().waitFor()
    await picture(page, 'schedule-4-interval')
    await page.getByRole('radio', { name: 'Monthly' }).check({ force: true })
    await page.getByLabel('Day', { exact: true }).selectOption('L')
    await nextRuns(page)
      .getByRole('rowheader', { name: /^\w+ 3[01] / })
      .first()
      .waitFor()
    await page.getByRole('radio', { name: 'Once', exact: true }).check({ force: true })
    await page.getByLabel('Date and time').fill(`${dateOf(Date.now() + 2 * DAY_MS)}T09:00`)
    // It lies before the day that the runs above were looked at from.
    await nextRuns(page).getByRole('rowheader', { name: /09:00/ }).waitFor()
    await page.getByText('make up for').waitFor({ state: 'detached' })
    await page.getByLabel('Date and time').fill(`${clocksGoForward().sunday}T02:30`)
    await page.getByText('The clocks skip this time on that day').waitFor()
    await nextRuns(page).getByRole('rowheader', { name: /03:30/ }).waitFor()
    await page.getByRole('radio', { name: 'Recurring' }).check({ force: true })
    await page.getByRole('radio', { name: 'Daily' }).check({ force: true })
  })

  await t.test('policies and a calendar that is made on the way are kept, and are there when it is edited', async () => {
    const more = page.locator('summary', { hasText: 'Window, calendar, clock changes and spread' })
    await more.click()
    const [start, end] = [page.locator('details').getByLabel('From'), page.getByLabel('Until')]
    await start.fill('2035-02-01T00:00')
    await end.fill('2035-01-01T00:00')
    await page.getByText('endAt must not lie before startAt.').waitFor()
    await more.press('Enter')
    await end.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Create action' }).click()
    await end.waitFor()
    assert.ok(await end.evaluate((input) => input === input.ownerDocument.activeElement), 'what is wrong is opened and has the focus')
    await start.fill('')
    await end.fill('')
    await page.locator('input[aria-invalid="true"]').waitFor({ state: 'detached' })
    assert.ok(await end.isVisible(), 'and stays open when nothing is wrong any more')
    await page.getByRole('button', { name: 'Add a calendar' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Holidays')
    await dialog.getByRole('checkbox', { name: 'Sunday' }).check({ force: true })
    await dialog.getByLabel('Dates').fill('2035-13-01')
    await dialog.getByText('“2035-13-01” is no date').waitFor()
    await dialog.getByLabel('Dates').fill('2035-12-25\n2035-12-26')
    await picture(page, 'schedule-4-calendar')
    await dialog.getByRole('button', { name: 'Add calendar' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await page.getByLabel('Spread').selectOption('300')
    await nextRuns(page).getByText('Each starts up to 5 min later').waitFor()
    await page.getByRole('radio', { name: 'Queue one' }).check({ force: true })
    await page.getByText('One run waits until the other is over').waitFor()
    await page.getByRole('button', { name: 'Create action' }).click()
    await page.getByRole('heading', { name: 'Nightly report', level: 1 }).waitFor()
    await page.getByText('Up to 5 min').waitFor()
    await page.getByText('Holidays', { exact: false }).first().waitFor()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('heading', { name: 'Edit Nightly report' }).waitFor()
    assert.ok(await page.getByRole('radio', { name: 'Queue one' }).isChecked())
    assert.equal(await page.getByLabel('Spread').inputValue(), '300')
    await nextRuns(page).getByText('starts at 02:3').first().waitFor()
    await page.getByLabel('Runs in all').fill('500')
    await page.getByLabel('Calendar of excluded days').selectOption('')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('0 of 500 made').waitFor()
  })

  await t.test('it is on the schedule of the coming day and month, and leads to its page', async () => {
    await goTo(page, 'Schedule')
    const lane = page
      .getByRole('list', { name: /coming 24 hours/ })
      .getByRole('listitem')
      .filter({ hasText: 'Nightly report' })
    await lane.waitFor()
    const month = page.getByRole('list', { name: 'The coming 30 days' })
    await month.getByRole('link', { name: 'Nightly report' }).nth(20).waitFor()
    await page.getByRole('list', { name: 'Busiest minutes' }).waitFor()
    await picture(page, 'schedule-5-light')
    await lane.getByRole('link').click()
    await page.getByRole('heading', { name: 'Nightly report', level: 1 }).waitFor()
  })

  await t.test('it is paused with a note and resumed', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Note').fill('Waiting for the migration')
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Paused: Waiting for the migration').waitFor()
    await page.getByText('Resuming replays nothing').waitFor()
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await nextRuns(page).getByRole('rowheader').first().waitFor()
  })

  await t.test('a backfill shows how many it takes, and its progress to the end', async () => {
    await page.getByRole('button', { name: 'Backfill' }).click()
    const dialog = page.getByRole('dialog')
    const [from, to] = [daysAgo(6), daysAgo(0)]
    await dialog.getByLabel('From').fill(`${from}T12:00`)
    await dialog.getByLabel('To').fill(`${daysAgo(8)}T00:00`)
    await dialog.getByText('“From” must lie before “To”.').waitFor()
    await dialog.getByLabel('To').fill('')
    await dialog.getByText('Choose both ends').waitFor()
    await dialog.getByLabel('To').fill(`${to}T00:00`)
    await dialog.getByText('5 times of its schedule').waitFor()
    await picture(page, 'schedule-6-backfill')
    await dialog.getByRole('button', { name: 'Start the backfill' }).click()
    const progress = page.getByRole('progressbar', { name: 'Backfill' })
    await progress.waitFor()
    await page.getByText('5 of 5').waitFor()
    await page.getByText('5 succeeded').waitFor()
    assert.equal(await progress.getAttribute('aria-valuenow'), '5')
    await page.getByRole('list', { name: 'Invocations' }).getByText('Backfill').nth(4).waitFor()
  })

  await t.test('the next run is skipped and an extra one added', async () => {
    const first = await nextRuns(page).getByRole('rowheader').first().textContent()
    await page.getByRole('button', { name: 'Skip next' }).click()
    const named = await page.getByRole('dialog').getByText('does not take place').locator('b').textContent()
    await page.getByRole('dialog').getByRole('button', { name: 'Skip it' }).click()
    await page.getByText(`The run of ${named} is skipped.`).waitFor()
    await page.getByRole('list', { name: 'Invocations' }).getByText('Cancelled').first().waitFor()
    await nextRuns(page).getByRole('rowheader').first().filter({ hasNotText: first! }).waitFor()
    await page.getByRole('button', { name: 'Extra run' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Add it' }).click()
    await page.getByText('An extra run was added').waitFor()
    await page.getByRole('list', { name: 'Invocations' }).getByText('Pending').first().waitFor()
    await picture(page, 'schedule-7-action')
    await page.getByRole('link', { name: 'See it' }).last().click()
    await page.getByRole('list', { name: 'Why it is not running' }).getByText('Its time has not come yet.').waitFor()
    await picture(page, 'schedule-8-blockers')
  })

  await t.test('the whole project is paused, which every page says, and goes on', async () => {
    await goTo(page, 'Schedule')
    await page.getByRole('button', { name: 'Pause the project' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Everything paused' }).check({ force: true })
    await dialog.getByText('nothing is sent').waitFor()
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'Everything paused.' }).waitFor()
    await page.getByRole('region', { name: 'Coming 24 hours' }).getByText('Everything paused.').waitFor()
    await goTo(page, 'Actions')
    const banner = page.getByRole('status').filter({ hasText: 'Everything paused.' })
    await banner.getByRole('button', { name: 'Resume' }).click()
    await banner.waitFor({ state: 'detached' })
    assert.equal((await server.client.project()).executionMode, 'ACTIVE')
  })

  await t.test('the next run of a ROLLING action shows as soon as the one before has ended', async () => {
    const { id } = await server.client.actions.create({
      name: 'Poll the inbox',
      target: { url: `${server.url}/echo` },
      schedule: { every: 'PT30M', recurrence: 'ROLLING', timezone: 'UTC' },
    })
    const dueIn = (interval: string) =>
      withDatabase(database.url, (db) =>
        db.query('update actions set next_run_at = now() + $1::interval where name = $2', [interval, 'Poll the inbox']),
      )
    await dueIn('5 hours')
    await page.goto(`${server.url}/actions/${id}`)
    const next = nextRuns(page).getByRole('rowheader').first()
    const before = await next.textContent()
    await dueIn('-1 minute')
    await page.getByRole('list', { name: 'Invocations' }).getByText('Succeeded').waitFor()
    await next.filter({ hasNotText: before! }).waitFor()
  })

  await t.test('calendars are changed and deleted in the settings', async () => {
    await goTo(page, 'Settings')
    const row = page.getByRole('list', { name: 'Calendars' }).getByRole('listitem').filter({ hasText: 'Holidays' })
    await row.getByText('Sun and 2 dates').waitFor()
    await row.getByRole('button', { name: 'Change Holidays' }).click()
    await page.getByRole('dialog').getByLabel('Dates').fill('2035-12-25')
    await page.getByRole('dialog').getByRole('button', { name: 'Save calendar' }).click()
    await row.getByText('Sun and 1 date').waitFor()
    await row.getByRole('button', { name: 'Delete Holidays' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
  })

  await t.test('it all fits a phone, a wide screen and the dark', async () => {
    const { id } = (await server.client.actions.list({ filter: { search: 'Nightly report' } })).items[0]!
    await fitsEverywhere(stage, signedIn, 'schedule-9', [
      ['schedule', '/schedule', (page) => page.getByRole('list', { name: 'The coming 30 days' })],
      ['action', `/actions/${id}`, (page) => page.getByRole('list', { name: 'Invocations' })],
      ['form', `/actions/${id}/edit`, (page) => nextRuns(page).getByRole('rowheader').first()],
      ['settings', '/settings', (page) => page.getByRole('heading', { name: 'Calendars' })],
    ])
  })

  await t.test('runs that a downtime passed over are listed with their reason, and one stands for those beyond the list', async () => {
    const { id } = await server.client.actions.create({
      name: 'Every minute',
      target: { url: `${server.url}/echo` },
      schedule: { cronExpression: '* * * * *', timezone: 'UTC' },
      catchUp: 'NONE',
    })
    // A page that stays open asks for its lost server, and complains.
    await page.goto('about:blank')
    await server.stop()
    await withDatabase(database.url, (db) =>
      db.query(`update actions set next_run_at = date_trunc('minute', now()) - interval '1500 minutes' where name = 'Every minute'`),
    )
    await using later = await startServer({ databaseUrl: database.url })
    const context = await openContext(browser, complaints)
    const other = await context.newPage()
    await other.goto(later.signInLink)
    await other.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    await other.goto(`${later.url}/actions/${id}`)
    await other.getByRole('list', { name: 'Invocations' }).getByText('Scheduler down').first().waitFor()
    await other.getByRole('link', { name: 'Filter' }).click()
    await other.getByRole('button', { name: 'Missed' }).click()
    assert.equal(new URL(other.url()).searchParams.get('action'), id)
    assert.equal(await other.getByLabel('Action', { exact: true }).inputValue(), id)
    const list = other.getByRole('list', { name: 'Invocations' })
    await list.getByText('Scheduler down').first().waitFor()
    await picture(other, 'schedule-a-missed')
    await list.getByRole('link').first().click()
    await other.getByText('No scheduler was running at its time. Nothing was sent.').waitFor()
    const to = new Date(Date.now() - 1499 * 60_000).toISOString()
    const [oldest] = (await later.client.invocations.list({ filter: { actionId: id, to } })).items
    assert.ok(oldest?.missedCount)
    await other.goto(`${later.url}/invocations/${oldest.id}`)
    await other.getByText(`It stands for ${oldest.missedCount} further occurrences.`).waitFor()
    await context.close()
  })

  assert.deepEqual(complaints, [], 'no errors in the console')
})

async function withDatabase(url: string, work: (db: pg.Client) => Promise<unknown>): Promise<void> {
  const db = new pg.Client(url)
  await db.connect()
  try {
    await work(db)
  } finally {
    await db.end()
  }
}

const nextRuns = (page: Page) => page.getByRole('region', { name: 'Next runs' })

/** The second Sunday in March of next year, on which clocks in New York go forward, and the day before. */
function clocksGoForward(): { saturday: string; sunday: string } {
  const march = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 2, 8))
  const sunday = march.getTime() + ((7 - march.getUTCDay()) % 7) * DAY_MS
  return { saturday: dateOf(sunday - DAY_MS), sunday: dateOf(sunday) }
}

const DAY_MS = 86_400_000
const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10)
/** The date in New York so many days ago. */
const daysAgo = (days: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(Date.now() - days * DAY_MS)

/** Actions such as a small company has. */
function company(url: string): CreateActionInput[] {
  const action = (name: string, cronExpression: string, timezone = 'Europe/Berlin'): CreateActionInput => ({
    name,
    target: { url },
    schedule: { cronExpression, timezone },
  })
  return [
    action('Sync the warehouse', '*/15 * * * *'),
    action('Send invoices', '0 9 * * 1-5'),
    action('Warm the cache', '0 * * * *', 'UTC'),
    action('Weekly digest to all customers who asked for it', '30 8 * * 1', 'America/New_York'),
    action('Close the month', '0 3 1 * *'),
    action('Rotate the logs', '0 0 * * *', 'UTC'),
    { name: 'Refresh the exchange rates', target: { url }, schedule: { every: 'PT6H', timezone: 'UTC' } },
    { name: 'Announce the release', target: { url }, schedule: { scheduledAt: new Date(Date.now() + 5 * 3_600_000).toISOString() } },
  ]
}

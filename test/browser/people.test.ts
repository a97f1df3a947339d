import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { goTo, openContext, picture } from './pages.ts'
import { fitsEverywhere, openStage, signIn } from './stage.ts'

const PASSWORD = 'correct horse battery staple'

test('people and rights, as an administrator and a newcomer see them', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const adminIn = await openContext(browser, complaints)
  const admin = await adminIn.newPage()
  const adaIn = await openContext(browser, complaints)
  const ada = await adaIn.newPage()
  // What is refused on purpose is no complaint.
  const refused: string[] = []
  await server.client.actions.create({ name: 'Pay out', target: { url: `${receiver.url}/pay` } })

  await t.test('the first administrator gives an e-mail address and a password', async () => {
    await signIn(admin, server)
    await admin.getByText('so that you can sign in without the printed link').waitFor()
    await picture(admin, 'people-1-welcome')
    await admin.getByRole('link', { name: 'Set up my account' }).click()
    await admin.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
    await admin.getByLabel('New password').fill('too short')
    await admin.getByRole('button', { name: 'Set the password' }).click()
    await admin.getByText('At least 12 characters; these are 9.').waitFor()
    await admin.getByLabel('Name', { exact: true }).fill('Grace Hopper')
    await admin.getByLabel('E-mail', { exact: true }).fill('grace@example.com')
    await admin.getByRole('button', { name: 'Save', exact: true }).click()
    await admin.getByRole('link', { name: 'Account of Grace Hopper' }).waitFor()
    await admin.getByLabel('New password').fill(PASSWORD)
    await admin.getByRole('button', { name: 'Set the password' }).click()
    await admin.getByRole('button', { name: 'Change the password' }).waitFor()
    await goTo(admin, 'Overview')
    await admin.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    assert.equal(await admin.getByText('without the printed link').count(), 0, 'the banner has gone')
  })

  await t.test('an invitation is made, and accepted in another browser', async () => {
    const link = await invite(admin, server.url, 'ada@example.com', 'Viewer')
    await ada.goto(link)
    await ada.getByRole('heading', { name: /^Join / }).waitFor()
    await ada.getByText('Viewer', { exact: true }).waitFor()
    await picture(ada, 'people-2-accept')
    await ada.getByLabel('Name', { exact: true }).fill('Ada Lovelace')
    await ada.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await ada.getByRole('button', { name: 'Accept the invitation' }).click()
    await ada.getByRole('link', { name: 'Account of Ada Lovelace' }).waitFor()
    const again = await (await openContext(browser, complaints)).newPage()
    await again.goto(link)
    await again.getByRole('heading', { name: 'This invitation does not work' }).waitFor()
    await again.context().close()
  })

  await t.test('a viewer is offered nothing that a viewer may not, and is refused what she asks for all the same', async () => {
    await goTo(ada, 'Actions')
    await ada.getByRole('link', { name: 'Pay out' }).waitFor()
    assert.equal(await ada.getByRole('link', { name: 'New action' }).count(), 0)
    assert.equal(await ada.getByRole('button', { name: 'Invoke Pay out now' }).count(), 0)
    await goTo(ada, 'Services')
    await ada.getByText('No service yet').waitFor()
    assert.equal(await ada.getByRole('button', { name: 'Add a service' }).count(), 0)
    assert.equal(await ada.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Audit' }).count(), 0)
    await ada.goto(`${server.url}/members`)
    await ada.getByRole('list', { name: 'Members' }).getByText('grace@example.com').waitFor()
    assert.equal(await ada.getByRole('button', { name: /Invite|Disable|Change the role/ }).count(), 0)
    await picture(ada, 'people-3-viewer')
    await ada.goto(`${server.url}/actions/new`)
    await ada.getByLabel('Name', { exact: true }).fill('Mine')
    await ada.getByRole('textbox', { name: 'URL', exact: true }).fill(`${receiver.url}/mine`)
    await ada.getByRole('radio', { name: 'On demand' }).check({ force: true })
    await ada.getByRole('button', { name: 'Create action' }).click()
    await ada.getByText(/may not do this; it takes the role/).waitFor()
  })

  await t.test('a new role holds at once, also on a page that is open', async () => {
    await admin.goto(`${server.url}/members`)
    await admin.getByRole('button', { name: 'Change the role of Ada Lovelace' }).click()
    const dialog = admin.getByRole('dialog')
    await dialog.getByLabel('Role', { exact: true }).selectOption({ label: 'Operator' })
    await dialog.getByText('Also runs, retries, cancels and pauses.').waitFor()
    await dialog.getByRole('button', { name: 'Change role' }).click()
    await admin.getByRole('list', { name: 'Members' }).getByText('Operator').waitFor()
    await goTo(ada, 'Actions')
    await ada.getByRole('button', { name: 'Invoke Pay out now' }).click()
    await receiver.arrived(1, ({ url }) => url === '/pay')
    assert.equal(await ada.getByRole('link', { name: 'New action' }).count(), 0)
  })

  await t.test('signing in with a password; a session that is revoked closes that browser', async () => {
    const otherIn = await openContext(browser, refused)
    const other = await otherIn.newPage()
    await other.goto(`${server.url}/sign-in?next=%2Finvocations`)
    await other.getByLabel('E-mail').fill('ADA@example.com')
    await other.getByLabel('Password', { exact: true }).fill('not the password')
    await other.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor()
    await picture(other, 'people-4-sign-in')
    await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await other.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.getByRole('heading', { name: 'Invocations', level: 1 }).waitFor()
    await other.getByText('Live', { exact: true }).waitFor()

    await ada.goto(`${server.url}/account`)
    const sessions = ada.getByRole('list', { name: 'Sessions' })
    await sessions.getByText('This one').waitFor()
    assert.equal(await sessions.getByRole('listitem').count(), 2)
    await picture(ada, 'people-5-account')
    await sessions.getByRole('button', { name: /^Sign out/ }).click()
    await ada.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
    await other.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
    assert.equal(new URL(other.url()).searchParams.get('next'), '/invocations')
    await goTo(ada, 'Invocations')
    await ada.getByRole('heading', { name: 'Invocations', level: 1 }).waitFor()
    await otherIn.close()
  })

  await t.test('everything of people fits every width, in both themes', async () => {
    await invite(admin, server.url, 'charles@example.com', 'Manager')
    await fitsEverywhere(stage, adminIn, 'people', [
      ['members', '/members', (page) => page.getByText('charles@example.com')],
      ['account', '/account', (page) => page.getByText('This one')],
      ['settings', '/settings', (page) => page.getByText('Name deciders on receipts')],
    ])
  })

  await t.test('another project is made, and one moves between both', async () => {
    await admin.goto(`${server.url}/settings`)
    await admin.getByRole('button', { name: 'New project' }).click()
    await admin.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Billing')
    await admin.getByRole('dialog').getByRole('button', { name: 'Make project' }).click()
    await admin.getByText('Watch your first request go out').waitFor()
    const projects = admin.getByRole('combobox', { name: 'Project' })
    assert.equal(await projects.locator('option:checked').textContent(), 'Billing')
    await admin.goto(`${server.url}/members`)
    await admin.getByText('grace@example.com').waitFor()
    assert.equal(await admin.getByText('ada@example.com').count(), 0)
    await projects.selectOption({ label: 'default' })
    await admin.getByRole('region', { name: 'Failures' }).waitFor()
    await goTo(admin, 'Actions')
    await admin.getByRole('link', { name: 'Pay out' }).waitFor()
  })

  await t.test('a member who is disabled is signed out of an open page', async () => {
    await goTo(ada, 'Invocations')
    await ada.getByText('Live', { exact: true }).waitFor()
    await admin.goto(`${server.url}/members`)
    await admin.getByRole('button', { name: 'Disable Ada Lovelace' }).click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await ada.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor()
    await admin.getByRole('button', { name: 'Enable Ada Lovelace' }).waitFor()
  })

  // Whoever is signed out of an open page learns it from the socket or from a request that is refused, whichever comes first.
  assert.deepEqual(
    complaints.filter((complaint) => !complaint.includes('status of 401')),
    [],
  )
})

/** Invites somebody and gives the link, which is shown this once. */
async function invite(page: Page, url: string, email: string, role: string): Promise<string> {
  await page.goto(`${url}/members`)
  await page.getByRole('button', { name: 'Invite someone' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill(email)
  await dialog.getByLabel('Role', { exact: true }).selectOption({ label: role })
  await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = (await dialog.locator('code').first().textContent()) ?? ''
  await dialog.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('list', { name: 'Invitations' }).getByText(email).waitFor()
  return link
}

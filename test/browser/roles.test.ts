import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openContext, picture } from './pages.ts'
import { fitsEverywhere, openStage, signIn } from './stage.ts'

test('roles and tokens, as an administrator sees them', async (t) => {
  await using stage = await openStage()
  const { server, receiver, browser, complaints } = stage
  const signedIn = await openContext(browser, complaints)
  const page = await signedIn.newPage()
  const action = await server.client.actions.create({ name: 'Pay out', target: { url: `${receiver.url}/pay` }, body: { amount: 5 } })

  await t.test('a role is made; a mistake in its condition is shown with its place; it is tried before it holds', async () => {
    await signIn(page, server)
    await server.client.actions.invokeNow(action.id)
    await server.client.actions.invokeNow(action.id, { input: { amount: 5_000 } })
    await receiver.arrived(1, ({ body }) => body.includes('5000'))
    await page.goto(`${server.url}/roles`)
    await page.getByRole('button', { name: 'New role' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Accounting')
    await dialog.getByRole('radio', { name: 'Operator' }).check({ force: true })
    await dialog.getByRole('button', { name: 'Make role' }).click()
    await page.getByRole('heading', { name: 'Accounting', level: 1 }).waitFor()
    const condition = page.getByLabel('Only when (may run it)')
    await condition.fill('input.amount <')
    await page.getByText(/Line 1, column \d+: /).waitFor()
    assert.equal(await condition.getAttribute('aria-invalid'), 'true')
    await picture(page, 'roles-1-condition')
    await page.getByRole('button', { name: 'Save permissions' }).click()
    await page.getByText(/Line 1, column \d+: /).waitFor()
    await condition.fill('input.amount < 1000')
    await page.getByRole('button', { name: 'Try on recent runs' }).click()
    const trial = page.getByRole('list', { name: 'The condition on recent runs' })
    await trial.getByText('true').waitFor()
    await trial.getByText('false').waitFor()
    await page.getByRole('button', { name: 'Try it' }).click()
    const result = page.getByRole('status', { name: 'Result of the dry run' })
    await result.getByText('1 allowed').waitFor()
    await result.getByText('1 refused').waitFor()
    await picture(page, 'roles-2-tried')
    await page.getByRole('button', { name: 'Save permissions' }).click()
    await page.getByText('What waits to be sent is judged again').waitFor()
    await page.getByRole('link', { name: 'Roles' }).first().click()
    await page.getByRole('list', { name: 'Roles' }).getByText('input.amount < 1000').waitFor()
  })

  await t.test('an action says who may do what with it, where one role may do something else', async () => {
    await page.goto(`${server.url}/actions/${action.id}`)
    await page.getByRole('list', { name: 'Permissions' }).getByRole('link', { name: 'Operator' }).click()
    await page.getByText('What is said here holds instead of the default.').waitFor()
    await page.getByRole('switch', { name: /^May run it/ }).press('Space')
    await page.getByRole('button', { name: 'Save permissions' }).click()
    await page.getByRole('button', { name: 'Go by the default' }).waitFor()
    await page.getByRole('link', { name: 'Roles' }).first().click()
    await page.getByRole('list', { name: 'Actions with permissions of their own' }).getByRole('link', { name: 'Pay out' }).click()
    await page.getByRole('button', { name: 'Go by the default' }).click()
    await page.getByRole('button', { name: 'Go by the default' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('switch', { name: /^May run it/ }).isChecked(), true)
  })

  await t.test('an API token is shown once, with no more rights than it was given', async () => {
    await page.goto(`${server.url}/settings/tokens`)
    await page.getByRole('button', { name: 'New token' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('deploy pipeline')
    await dialog.getByRole('checkbox', { name: /^Operate/ }).uncheck()
    await dialog.getByRole('switch', { name: /^Agent/ }).press('Space')
    await picture(page, 'roles-3-token')
    await dialog.getByRole('button', { name: 'Make token' }).click()
    const token = (await dialog.getByText(/^dkt_/).textContent()) ?? ''
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('list', { name: 'API tokens' }).getByText('read only').waitFor()
    assert.ok(!(await page.content()).includes(token), 'the token is gone')
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: 'mutation($id: ID!) { invokeNow(actionId: $id) { id } }', variables: { id: action.id } }),
    })
    assert.match(await answer.text(), /FORBIDDEN/)
  })

  await t.test('everything of rights fits every width, in both themes', async () => {
    const role = (await server.client.roles.list()).find(({ name }) => name === 'Accounting')
    await fitsEverywhere(stage, signedIn, 'roles', [
      ['roles', '/roles', (page) => page.getByText('input.amount < 1000')],
      ['role', `/roles/${role?.id}`, (page) => page.getByLabel('Only when (may run it)')],
      ['tokens', '/settings/tokens', (page) => page.getByText('deploy pipeline')],
      ['action', `/actions/${action.id}`, (page) => page.getByRole('list', { name: 'Permissions' }).getByText('Accounting')],
    ])
  })

  assert.deepEqual(complaints, [])
})

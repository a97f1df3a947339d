import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventTypes } from '../../test/records.ts'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { secretPlace } from '../store/secrets.ts'
import { cancel } from './cancel.ts'
import { createAction } from './create-action.ts'
import { createActions } from './create-actions.ts'
import { deleteAction } from './delete-action.ts'
import { deleteSecret } from './delete-secret.ts'
import { invokeNow } from './invoke-now.ts'
import { send } from './send.ts'
import { sendMany } from './send-many.ts'
import { setSecret } from './set-secret.ts'
import { updateAction } from './update-action.ts'

const url = 'https://example.com/hook'
const UNKNOWN = { code: 'SECRET_UNKNOWN', field: 'headers' }

async function secret({ ctx }: Workspace, name: string, value = 'a value of it'): Promise<string> {
  return publicId('secret', (await setSecret(ctx, { name, value })).id)
}
const naming = (...names: string[]) => ({ authorization: names.map((name) => `{{secret.${name}}}`).join(' ') })

test('a secret is made, gets another value, and is stored sealed', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const id = await secret(workspace, 'TOKEN', 'first value')
  const stored = async () => (await db.pool.query<{ id: string; value: string }>('select id, value from secrets')).rows
  const [first, ...none] = await stored()
  assert.equal(none.length, 0)
  assert.equal(db.vault.open(secretPlace(first!.id), first!.value), 'first value')
  assert.equal(await secret(workspace, 'TOKEN', 'second value'), id)
  const [second] = await stored()
  assert.equal(db.vault.open(secretPlace(second!.id), second!.value), 'second value')
  await deleteSecret(workspace.ctx, id)
  assert.deepEqual(await stored(), [])
  assert.deepEqual(
    (await eventTypes(db)).filter((type) => type.startsWith('secret.')),
    ['secret.created', 'secret.updated', 'secret.deleted'],
  )
})

test('of several callers at once each one is heard, and there is one secret', async () => {
  await using workspace = await openWorkspace()
  const ids = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((value) => secret(workspace, 'TOKEN', value)))
  assert.equal(new Set(ids).size, 1)
})

test('names and values that no header could carry are refused', async () => {
  await using workspace = await openWorkspace()
  for (const name of ['', 'a-b', 'a b', 'ä', 'x'.repeat(65), '{{secret.A}}']) {
    await assert.rejects(secret(workspace, name), { code: 'BAD_USER_INPUT', field: 'name' })
  }
  for (const value of ['', 'a\nb', 'a\rb', 'ä', '\0', '\t', 'x'.repeat(8_193)]) {
    await assert.rejects(secret(workspace, 'A', value), { code: 'BAD_USER_INPUT', field: 'value' })
  }
  await secret(workspace, 'x'.repeat(64), 'y'.repeat(8_192))
  await secret(workspace, '0_Az', ' ')
})

test('at every door an action must name secrets that there are', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  await secret(workspace, 'KNOWN')
  const other = { ...workspace, ctx: await otherProject(workspace) }
  await secret(other, 'THEIRS')
  const target = { url }
  const good = naming('KNOWN', 'KNOWN')
  for (const bad of [
    naming('KNOWN', 'NOPE'),
    naming('THEIRS'),
    { a: '{{secret.not-a-name}}' },
    { a: '{{ secret. }}' },
    { a: '{{secret}}' },
  ]) {
    await assert.rejects(createAction(ctx, { name: 'a', target, headers: bad }), UNKNOWN, JSON.stringify(bad))
    await assert.rejects(createAction(ctx, { name: 'a', key: 'k', target, headers: bad }), UNKNOWN)
    await assert.rejects(send(ctx, { url, headers: bad }), UNKNOWN)
    await assert.rejects(send(ctx, { url, headers: bad, idempotencyKey: 'i' }), UNKNOWN)
    const inputs = [{ headers: bad }, { headers: good }, { headers: { a: 'b' } }]
    const isKnown = (item: object) => ('error' in item ? (item.error as { code: string }).code : 'stored')
    const expected = ['SECRET_UNKNOWN', 'stored', 'stored']
    assert.deepEqual(
      (
        await sendMany(
          ctx,
          inputs.map((input) => ({ ...input, url })),
        )
      ).map(isKnown),
      expected,
    )
    assert.deepEqual(
      (
        await createActions(
          ctx,
          inputs.map((input) => ({ ...input, name: 'a', target })),
        )
      ).map(isKnown),
      expected,
    )
  }
  const { id } = await createAction(ctx, { name: 'a', target, headers: good })
  await assert.rejects(updateAction(ctx, publicId('action', id), { headers: naming('NOPE') }), UNKNOWN)
  await updateAction(ctx, publicId('action', id), { headers: { b: 'c {{other}} {{ secrets }}' } })
})

test('a secret stays while an action names it, and the refusal says which', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const id = await secret(workspace, 'TOKEN')
  const actions: string[] = []
  for (const name of ['one', 'two', 'three', 'four']) {
    actions.push((await createAction(ctx, { name, target: { url }, headers: naming('TOKEN') })).id)
  }
  const refused = { code: 'INVALID_TRANSITION', message: /"one", "two", "three" and 1 more/ }
  await assert.rejects(deleteSecret(ctx, id), refused)
  for (const action of actions.slice(1)) await updateAction(ctx, publicId('action', action), { headers: null })
  await assert.rejects(deleteSecret(ctx, id), { message: /of "one" name/ })
  await deleteAction(ctx, publicId('action', actions[0]!))
  await deleteSecret(ctx, id)
  await assert.rejects(deleteSecret(ctx, id), { code: 'NOT_FOUND' })
})

test("another project's secret is not there", async () => {
  await using workspace = await openWorkspace()
  const id = await secret(workspace, 'TOKEN')
  await assert.rejects(deleteSecret(await otherProject(workspace), id), { code: 'NOT_FOUND' })
})

test('a secret stays while a run that is not over will send it again, whatever its action says by now', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const id = await secret(workspace, 'TOKEN')
  const action = publicId('action', (await createAction(ctx, { name: 'edited', target: { url }, headers: naming('TOKEN') })).id)
  const run = await invokeNow(ctx, action)
  await db.pool.query(`update invocations set status = 'RETRYING', action_version = 1, attempt_count = 1 where id = $1`, [run.id])
  await updateAction(ctx, action, { headers: null })
  await assert.rejects(deleteSecret(ctx, id), { code: 'INVALID_TRANSITION', message: /of "edited" name/ })
  await cancel(ctx, publicId('invocation', run.id))
  await deleteSecret(ctx, id)
})

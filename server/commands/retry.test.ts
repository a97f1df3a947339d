import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failRun, markRunning } from '../../test/records.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { cancel } from './cancel.ts'
import { createAction } from './create-action.ts'
import { invokeNow } from './invoke-now.ts'
import { retry } from './retry.ts'
import { updateAction } from './update-action.ts'

const makeAction = async ({ ctx }: Workspace, more: object) =>
  publicId('action', (await createAction(ctx, { name: 'a', target: { url: 'https://example.com/' }, ...more })).id)

async function failed({ ctx, db }: Workspace, action: string, input?: unknown): Promise<string> {
  const { id } = await invokeNow(ctx, action, { input })
  await markRunning(db, id)
  await failRun(db, id, 'FAILED')
  return publicId('invocation', id)
}

test('an edited body is sent instead of what was sent; without one it stays', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const run = await failed(workspace, await makeAction(workspace, { body: 'own' }), 'first')
  const bodies: [unknown, string | null][] = [
    [undefined, 'first'],
    [null, 'first'],
    [{ a: 1 }, '{"a":1}'],
    ['text', 'text'],
    ['', ''],
    [false, 'false'],
  ]
  for (const [body, input] of bodies) {
    const again = await db.prisma.invocation.findUniqueOrThrow({ where: { id: (await retry(ctx, run, { body })).id } })
    assert.deepEqual([again.input, again.trigger, publicId('invocation', again.retryOfId!)], [input, 'RETRY', run])
  }
  await assert.rejects(retry(ctx, run, { body: 'a\0' }), { code: 'BAD_USER_INPUT', field: 'body' })
  await assert.rejects(retry(ctx, run, { body: 'x'.repeat(256 * 1024 + 1) }), { code: 'BAD_USER_INPUT', field: 'body' })
})

test('what sent GET is refused a body, by the request that was sent and not by what the action is now', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const refusal = { code: 'BAD_USER_INPUT', field: 'body' }
  const action = await makeAction(workspace, { method: 'GET' })
  const run = await failed(workspace, action)
  await assert.rejects(retry(ctx, run, { body: 1 }), refusal)
  await updateAction(ctx, action, { method: 'POST' })
  await assert.rejects(retry(ctx, run, { body: 1 }), refusal)
  await retry(ctx, run)
  const unsent = await invokeNow(ctx, action)
  await cancel(ctx, publicId('invocation', unsent.id))
  assert.ok(await retry(ctx, publicId('invocation', unsent.id), { body: 1 }), 'what was never sent takes the request as it is now')
})

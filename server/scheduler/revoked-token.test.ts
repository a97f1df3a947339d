import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rightsNow } from '../../test/people.ts'
import { assertRefused } from '../../test/refused.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import type { CommandContext } from '../commands/context.ts'
import { createAction } from '../commands/create-action.ts'
import { createApiToken } from '../commands/create-api-token.ts'
import { revokeApiToken } from '../commands/revoke-api-token.ts'
import { runAt } from '../commands/run-at.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'
import { addAdminToken, findToken } from '../store/api-tokens.ts'

const HOUR_MS = 3_600_000
const later = () => new Date(Date.now() + HOUR_MS)

/** Runs of the three kinds that a caller asks for now and that come due later. */
async function askedBy(rig: SchedulerRig, by: CommandContext): Promise<string[]> {
  const { id: sent } = await send(by, { url: `${rig.target.url}/sent`, scheduledAt: later().toISOString() })
  const target = { url: `${rig.target.url}/action` }
  const { id: once } = await createAction(by, { name: 'once', target, schedule: { scheduledAt: later().toISOString() } })
  const { rows } = await rig.db.pool.query<{ id: string }>('select id from invocations where action_id = $1', [once])
  const { id: action } = await createAction(by, { name: 'on demand', target })
  const { id: extra } = await runAt(by, publicId('action', action), later())
  return [sent, rows[0]!.id, extra]
}

const asToken = (rig: SchedulerRig, id: string) => rightsNow({ ...rig.ctx, actor: { kind: 'TOKEN', id, name: 'robot' } })

test('what a token asked for is not sent when the token is revoked before it is due', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  const { id } = await createApiToken(rig.ctx, { name: 'robot', scopes: ['OPERATE', 'MANAGE'] })
  const { id: other } = await createApiToken(rig.ctx, { name: 'other' })
  const runs = await askedBy(rig, await asToken(rig, id))
  const [kept] = await askedBy(rig, await asToken(rig, other))
  await revokeApiToken(rig.ctx, publicId('token', id))
  await assertRefused(rig, runs)
  await rig.makeDue(kept!)
  assert.deepEqual(
    (await rig.ended([kept!])).map(({ status }) => status),
    ['SUCCEEDED'],
    'those of another token are sent',
  )
})

test('nor what the admin token asked for that a setting has replaced', async () => {
  await using rig = await schedulerRig()
  await rig.schedule()
  await addAdminToken(rig.db, rig.ctx.projectId, 'the one before', { revive: true })
  const { id } = (await findToken(rig.db, 'the one before'))!
  const runs = await askedBy(rig, await asToken(rig, id))
  await addAdminToken(rig.db, rig.ctx.projectId, 'the new one', { revive: true })
  await assertRefused(rig, runs)
})

test('rules count as changed by what ends a token, and by nothing else that is done to tokens', async () => {
  await using rig = await schedulerRig()
  const { db, ctx } = rig
  const { projectId } = ctx
  const version = async () => (await db.prisma.project.findUniqueOrThrow({ where: { id: projectId } })).policyVersion
  let told = 0
  db.signal.on('access', () => told++)
  const since = async (work: () => Promise<unknown>) => {
    const [before, heard] = [await version(), told]
    await work()
    return [(await version()) - before, told - heard]
  }
  const { id } = await createApiToken(ctx, { name: 'robot' })
  assert.deepEqual(await since(() => revokeApiToken(ctx, publicId('token', id))), [1, 1])
  assert.equal((await since(() => revokeApiToken(ctx, publicId('token', id))))[0], 0, 'it was revoked before')
  const set = (token: string) => since(() => addAdminToken(db, projectId, token, { revive: true }))
  assert.equal((await set('first'))[0], 0, 'there was none')
  assert.deepEqual(await set('first'), [0, 0], 'every start does it')
  assert.deepEqual(await set('second'), [1, 1])
  await addAdminToken(db, projectId, 'beside it')
  assert.deepEqual(await set('second'), [1, 1], 'it was valid, and is the only one now')
  assert.deepEqual(await since(() => Promise.all([set('third'), set('third'), set('third')])), [1, 1])
})

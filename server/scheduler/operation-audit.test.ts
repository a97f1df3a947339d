import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addHistory } from '../../test/history.ts'
import { addPerson, rightsNow } from '../../test/people.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { backfill } from '../commands/backfill.ts'
import { bulkCancel } from '../commands/bulk-cancel.ts'
import { bulkRetry } from '../commands/bulk-retry.ts'
import { cancelBackfill } from '../commands/cancel-backfill.ts'
import type { CommandContext } from '../commands/context.ts'
import { createAction } from '../commands/create-action.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'
import { createToken } from '../store/api-tokens.ts'
import { verifyAudit } from '../store/audit-verify.ts'
import { driveBackfill } from '../store/drive-backfill.ts'
import { driveBulk } from '../store/drive-bulk.ts'

const HOUR_MS = 3_600_000

/** A token that acts for a person, and the person; both with an address. */
async function people({ ctx, db, projectId }: Workspace) {
  const person = await addPerson(ctx, 'MANAGER', 'Rita')
  const { id } = await createToken(db, { projectId, name: 'robot', onBehalfOf: person.id, roleId: person.ctx.access!.roleId! })
  const token = await rightsNow({ ...ctx, actor: { kind: 'TOKEN', id, name: 'robot' } })
  return { person: { ...person.ctx, ip: '192.0.2.1' }, token: { ...token, ip: '192.0.2.2' } }
}

const entriesOf = async ({ db }: Workspace, verb: string) =>
  (
    await db.pool.query(
      `select actor_kind, actor_id, actor_name, on_behalf_of, ip, object_id, action_id, invocation_id, record_type, record_id, data, after
       from audit_entries where verb = $1 order by id`,
      [verb],
    )
  ).rows

const author = ({ actor, access, ip }: CommandContext) => ({
  actor_kind: actor.kind,
  actor_id: actor.id,
  actor_name: actor.name,
  on_behalf_of: actor.kind === 'TOKEN' ? access!.personId : null,
  ip,
})

async function hourly(ctx: CommandContext) {
  const { id } = await createAction(ctx, {
    name: 'hourly',
    target: { url: 'http://127.0.0.1:9999/' },
    schedule: { cronExpression: '0 * * * *', timezone: 'UTC' },
    overlapPolicy: 'ALLOW',
  })
  return { id, publicId: publicId('action', id) }
}

test('each run of a bulk retry is noted in the name of who started it, for whom, and from where', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const { token } = await people(workspace)
  const { id: actionId } = await createAction(workspace.ctx, { name: 'job', target: { url: 'http://127.0.0.1:9999/' } })
  const originals = await addHistory(db.pool, { projectId, actionId }, [
    { status: 'FAILED', at: Date.now() - HOUR_MS },
    { status: 'MISSED', at: Date.now() - HOUR_MS + 1 },
  ])
  await db.pool.query(`update invocations set record_type = 'order', record_id = '7' where id = $1`, [originals[1]])
  const { id } = await bulkRetry(token, {})
  await driveBulk(db, id)
  const { rows: made } = await db.pool.query('select id, retry_of_id from invocations where retry_of_id is not null order by id')
  assert.deepEqual(
    await entriesOf(workspace, 'invocation.requested'),
    made.map((run, n) => ({
      ...author(token),
      object_id: publicId('invocation', run.id),
      action_id: actionId,
      invocation_id: run.id,
      record_type: n === 1 ? 'order' : null,
      record_id: n === 1 ? '7' : null,
      data: { bulk: publicId('bulk', id), retryOf: publicId('invocation', originals[n]!), trigger: 'RETRY' },
      after: null,
    })),
  )
  assert.equal(made.length, 2)
  assert.equal((await verifyAudit(db)).ok, true)
})

test('each run that a bulk cancel ends is noted so, and none that it passes over', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { person } = await people(workspace)
  const scheduledAt = new Date(Date.now() + HOUR_MS)
  const ids: string[] = []
  for (let n = 0; n < 3; n++)
    ids.push((await send(ctx, { url: 'http://127.0.0.1:9999/', scheduledAt, record: { type: 'order', id: String(n % 2) } })).id)
  const { id } = await bulkCancel(person, { recordType: 'order', recordId: '0' })
  await driveBulk(db, id)
  const entries = await entriesOf(workspace, 'invocation.cancelled')
  assert.deepEqual(
    entries.map(({ invocation_id }) => invocation_id),
    [ids[0], ids[2]],
  )
  for (const { action_id, object_id, invocation_id, ...entry } of entries) {
    assert.ok(action_id && object_id === publicId('invocation', invocation_id))
    const data = { bulk: publicId('bulk', id) }
    assert.deepEqual(entry, { ...author(person), record_type: 'order', record_id: '0', data, after: { status: 'CANCELLED' } })
  }
  assert.equal((await verifyAudit(db)).ok, true)
})

test('each run that a backfill makes is noted so, and each that ends with it', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const { person, token } = await people(workspace)
  const action = await hourly(workspace.ctx)
  const full = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  const times = { from: new Date(full - 2 * HOUR_MS), to: new Date(full - HOUR_MS) }
  const { id } = await backfill(token, action.publicId, times)
  assert.equal(await driveBackfill(db, id), 2)
  const { rows: made } = await db.pool.query('select id, scheduled_for from invocations where backfill_id = $1 order by scheduled_for', [
    id,
  ])
  const backfillId = publicId('backfill', id)
  const of = (run: { id: string }) => ({
    object_id: publicId('invocation', run.id),
    action_id: action.id,
    invocation_id: run.id,
    record_type: null,
    record_id: null,
  })
  assert.deepEqual(
    await entriesOf(workspace, 'invocation.requested'),
    made.map((run) => ({
      ...author(token),
      ...of(run),
      data: { backfill: backfillId, scheduledFor: run.scheduled_for.toISOString(), trigger: 'BACKFILL' },
      after: null,
    })),
  )
  await cancelBackfill(person, backfillId)
  assert.deepEqual(
    await entriesOf(workspace, 'invocation.cancelled'),
    made.map((run) => ({ ...author(person), ...of(run), data: { backfill: backfillId }, after: { status: 'CANCELLED' } })),
  )
  assert.equal((await verifyAudit(db)).ok, true)
})

test('what was started before there was an audit goes on in the name that is known', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const { token } = await people(workspace)
  const { id: actionId } = await createAction(workspace.ctx, { name: 'job', target: { url: 'http://127.0.0.1:9999/' } })
  await addHistory(db.pool, { projectId, actionId }, [{ status: 'FAILED', at: Date.now() - HOUR_MS }])
  const { id } = await bulkRetry({ ...token, db: { ...db, audit: null } }, {})
  await driveBulk(db, id)
  const [entry] = await entriesOf(workspace, 'invocation.requested')
  const { actor_kind, actor_id, actor_name, on_behalf_of, ip } = entry
  assert.deepEqual({ actor_kind, actor_id, actor_name, on_behalf_of, ip }, { ...author(token), ip: null })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TEST_SECRET_KEY } from '../../test/vault.ts'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { openHeaders } from '../store/action-headers.ts'
import { verifyAudit } from '../store/audit-verify.ts'
import type { Database } from '../store/database.ts'
import { ensureReceiptKey } from '../store/receipt-key.ts'
import { type RekeyPlace, rekeyStep, sealPlainHeaders } from '../store/rekey.ts'
import { checkSealingKeys } from '../store/sealing-keys.ts'
import { StartRefused } from '../store/starting.ts'
import { createVault } from '../store/vault.ts'
import { createAction } from './create-action.ts'
import { createService } from './create-service.ts'
import { resealSecrets } from './reseal-secrets.ts'
import { rotateSigningSecret } from './rotate-signing-secret.ts'
import { setSecret } from './set-secret.ts'
import { updateAction } from './update-action.ts'

const NEXT_KEY = 'the key of the tests after a rotation, 32 or more'
const next = createVault({ secretKey: NEXT_KEY, previous: TEST_SECRET_KEY })
const nextAlone = createVault({ secretKey: NEXT_KEY })

/** One of everything that is sealed. Gives the id of the action, which has two versions. */
async function fill({ ctx, db }: Workspace): Promise<string> {
  await setSecret(ctx, { name: 'A', value: 'a secret' })
  const service = await createService(ctx, { name: 's', baseUrl: 'https://example.com' })
  await rotateSigningSecret(ctx, publicId('service', service.id))
  const { id } = await createAction(ctx, { name: 'a', target: { url: 'https://example.com' }, headers: { 'x-key': 'first' } })
  await updateAction(ctx, publicId('action', id), { headers: { 'x-key': 'second' } })
  await ensureReceiptKey(db)
  return id
}

/** All that is sealed, by where it stands. */
async function sealed({ db }: Workspace): Promise<string[]> {
  const { rows } = await db.pool.query<{ value: string }>(`
    select value from secrets union all select headers from actions where headers is not null
    union all select headers from action_versions where headers is not null
    union all select signing_secret from services union all select previous_signing_secret from services
    union all select signing_secret from projects union all select value from installation where name in ('receipt-key', 'audit-key')`)
  return rows.map(({ value }) => value)
}

const keysOf = (values: readonly string[]) => [...new Set(values.map((value) => value.split(':')[1]))]

/** Steps until a pass is clean. */
async function rekey(db: Database): Promise<number> {
  let resealed = 0
  for (let place: RekeyPlace | null = null; ; ) {
    const step = await rekeyStep(db, place)
    resealed += Object.values(step.counts).reduce((sum, count) => sum + count)
    assert.equal(step.unreadable, 0)
    if (step.clean) return resealed
    place = step.next
  }
}

test('everything is sealed anew by the present key, once', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const id = await fill(workspace)
  const published = (await ensureReceiptKey(db)).published
  const before = await sealed(workspace)
  assert.equal(before.length, 8)
  const rotated = { ...db, vault: next }
  await checkSealingKeys(db)
  await checkSealingKeys(rotated)
  assert.equal(await rekey(rotated), 8)
  const after = await sealed(workspace)
  assert.deepEqual(keysOf(after), [next.keyId])
  assert.equal(await rekey(rotated), 0)
  assert.deepEqual(await sealed(workspace), after)
  // Without the key before it everything opens as it was.
  await checkSealingKeys({ ...db, vault: nextAlone })
  assert.equal((await verifyAudit({ ...db, vault: nextAlone })).ok, true)
  const { rows } = await db.pool.query<{ headers: string }>(
    'select headers from action_versions where action_id = $1 union all select headers from actions where id = $1',
    [id],
  )
  assert.deepEqual(
    rows.map(({ headers }) => openHeaders(nextAlone, id, headers)),
    [{ 'x-key': 'first' }, { 'x-key': 'second' }],
  )
  assert.deepEqual((await ensureReceiptKey({ ...db, vault: nextAlone })).published, published)
})

test('a start refuses a database that another key has sealed, and names neither key', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  await checkSealingKeys(db)
  const refused = (error: Error) => {
    assert.ok(error instanceof StartRefused)
    assert.match(error.message, new RegExp(`${db.vault.keyId}.*${next.keyId}`, 's'))
    for (const key of [TEST_SECRET_KEY, NEXT_KEY]) assert.ok(!error.message.includes(key))
    return true
  }
  const wrong = { ...db, vault: nextAlone }
  await assert.rejects(checkSealingKeys(wrong), refused)
  // Also when nothing was noted, by what the small tables hold.
  await db.pool.query('delete from installation')
  await assert.rejects(checkSealingKeys(wrong), refused)
  await checkSealingKeys(db)
})

test('the key before is needed until a whole pass found nothing more', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  await checkSealingKeys(db)
  await fill(workspace)
  const rotated = { ...db, vault: next }
  await checkSealingKeys(rotated)
  for (let place: RekeyPlace | null = null, more = true; more; more = place !== null) {
    const step: Awaited<ReturnType<typeof rekeyStep>> = await rekeyStep(rotated, place)
    place = step.next
    assert.equal(step.clean, false)
  }
  await assert.rejects(checkSealingKeys({ ...db, vault: nextAlone }), StartRefused)
  // A server that seals by the key before goes on working meanwhile.
  await setSecret(ctx, { name: 'B', value: 'late' })
  assert.equal(await rekey(rotated), 1)
  await checkSealingKeys({ ...db, vault: nextAlone })
})

test('what was changed meanwhile stays as it was changed', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const id = await fill(workspace)
  const rotated = { ...db, vault: next }
  // The statement that writes meets another value than the one that was read.
  const between = new Proxy(db.pool, {
    get: (pool, name) =>
      name === 'query'
        ? async (text: string, values: unknown[]) => {
            if (/^\s*update actions/.test(text))
              await updateAction({ ...ctx, db: rotated }, publicId('action', id), { headers: { a: 'new' } })
            return pool.query(text, values)
          }
        : Reflect.get(pool, name),
  })
  await rekeyStep({ pool: between, vault: next }, null)
  const { rows } = await db.pool.query<{ headers: string }>('select headers from actions where id = $1', [id])
  assert.deepEqual(openHeaders(nextAlone, id, rows[0]!.headers), { a: 'new' })
  await rekey(rotated)
  assert.deepEqual(keysOf(await sealed(workspace)), [next.keyId])
})

test('what opens with no key is left, and counted', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const id = await fill(workspace)
  const foreign = createVault({ secretKey: 'a key that nobody has any more, 32 or more' }).seal(`actions.headers:${id}`, '{}')
  await db.pool.query('update actions set headers = $2 where id = $1', [id, foreign])
  const step = await rekeyStep({ ...db, vault: next }, null)
  assert.equal(step.unreadable, 1)
  const { rows } = await db.pool.query('select headers from actions where id = $1', [id])
  assert.equal(rows[0].headers, foreign)
})

test('headers from before there was a vault are sealed at the start, once', async () => {
  await using workspace = await openWorkspace()
  const { db } = workspace
  const id = await fill(workspace)
  await db.pool.query(`update actions set headers = '{"x-key":"plain"}' where id = $1`, [id])
  await db.pool.query(`update action_versions set headers = '{"x-key":"older"}' where action_id = $1`, [id])
  const said: string[] = []
  const say = { info: (line: string) => void said.push(line), warn: () => {} }
  await Promise.all([sealPlainHeaders(db, say), sealPlainHeaders(db, say)])
  await sealPlainHeaders(db, say)
  assert.ok(said.length >= 1 && said.every((line) => /headers of [12] requests/.test(line)))
  const { rows } = await db.pool.query<{ headers: string }>(
    'select headers from action_versions where action_id = $1 union all select headers from actions where id = $1',
    [id],
  )
  for (const { headers } of rows) assert.match(headers, /^v1:/)
  assert.deepEqual(
    rows.map(({ headers }) => openHeaders(db.vault, id, headers)),
    [{ 'x-key': 'older' }, { 'x-key': 'plain' }],
  )
})

test('many rows take several steps, and a cursor goes on where the last one ended', async () => {
  await using workspace = await openWorkspace()
  const { db, ctx } = workspace
  const rows = 12_000
  await db.pool.query(
    `insert into actions (id, project_id, name, kind, url, method, headers, timeout_seconds, created_at, updated_at)
     select gen_random_uuid(), $1, 'a', 'ON_DEMAND', 'https://example.com', 'POST', '{"a":"' || n || '"}', 30, now(), now()
     from generate_series(1, ${rows}) n`,
    [ctx.projectId],
  )
  const rotated = { ...ctx, db: { ...db, vault: next } }
  const steps: number[] = []
  for (let after: string | null = null, clean = false; !clean; ) {
    const step: Awaited<ReturnType<typeof resealSecrets>> = await resealSecrets(rotated, after)
    steps.push(step.counts.headers)
    ;({ cursor: after, clean } = step)
  }
  assert.ok(steps.length > 2)
  assert.equal(
    steps.reduce((sum, count) => sum + count),
    rows,
  )
  const { rowCount } = await db.pool.query(`select from actions where headers not like 'v1:' || $1 || ':%'`, [next.keyId])
  assert.equal(rowCount, 0)
})

test('a cursor that was not given out is refused', async () => {
  await using workspace = await openWorkspace()
  for (const after of ['', 'x', Buffer.from('reseal 0 x y z').toString('base64url')]) {
    await assert.rejects(resealSecrets(workspace.ctx, after), { code: 'BAD_USER_INPUT', field: 'after' })
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace } from '../../test/workspace.ts'
import { publicId } from '../domain/ids.ts'
import { transaction } from '../store/database.ts'
import { createService } from './create-service.ts'
import { updateService } from './update-service.ts'

test('an edit that meets a probe, each holding what the other needs, is done once more', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const { id } = await createService(ctx, { name: 's', baseUrl: 'https://one.example.com' })
  const edit = (breaker: object) => updateService(ctx, publicId('service', id), { baseUrl: 'https://two.example.com', breaker })
  await edit({ minAttempts: 5 })
  let edited: Promise<unknown> | undefined
  await transaction(db.engine, async (probe) => {
    // It is the other one that finds out.
    await probe.query("set local deadlock_timeout = '60s'")
    await probe.query('select from breakers where service_id = $1 for update', [id])
    edited = edit({ minAttempts: 7 })
    edited.catch(() => {})
    const waits = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    while ((await db.pool.query(waits)).rowCount === 0);
    await probe.query('select from services where id = $1 for no key update', [id])
  })
  await edited
  const { minAttempts } = await db.prisma.breaker.findUniqueOrThrow({ where: { serviceId: id } })
  assert.equal(minAttempts, 7)
})

test('a service may be shut for the gateway from its first moment; by default it is open', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const made = async (name: string, gateway?: boolean | null) => {
    const { id } = await createService(ctx, { name, baseUrl: 'https://s.example.com', ...(gateway === undefined ? {} : { gateway }) })
    return (await db.prisma.service.findUniqueOrThrow({ where: { id } })).gateway
  }
  assert.deepEqual([await made('a'), await made('b', null), await made('c', true), await made('d', false)], [true, true, true, false])
})

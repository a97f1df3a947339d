import assert from 'node:assert/strict'
import { test } from 'node:test'
import { approve } from '../server/commands/approve.ts'
import { approvalRig } from './approval-rig.ts'
import { startServer } from './server.ts'

test('a server that is killed between approval and send loses and doubles nothing', async () => {
  const given = await approvalRig()
  await using rig = given.rig
  const options = { databaseUrl: rig.url }
  const first = await startServer(options)
  const runs = await Promise.all(Array.from({ length: 40 }, (_, n) => given.waiting({ path: `/${n}`, inMs: 60_000 })))
  const half = runs.slice(0, 20)
  for (const { publicId } of half) await approve(given.anna.ctx, publicId)
  // It has them in its hands, and dies before their instant.
  await rig.db.pool.query(`update invocations set run_at = clock_timestamp() + interval '3 seconds' where guarded`)
  rig.db.signal.emit('due')
  await first.stop('SIGKILL')
  assert.equal(rig.target.arrivals.length, 0)
  for (const { publicId } of runs.slice(20)) await approve(given.anna.ctx, publicId)
  await rig.db.pool.query(`update invocations set run_at = clock_timestamp() where guarded and run_at > clock_timestamp()`)
  await using _second = await startServer(options)
  const rows = await rig.ended(runs.map(({ id }) => id))
  assert.deepEqual([...new Set(rows.map(({ status, attempt_count }) => `${status} ${attempt_count}`))], ['SUCCEEDED 1'])
  assert.deepEqual(rig.target.arrivals.map(({ url }) => url).toSorted(), runs.map((_, n) => `/${n}`).toSorted())
})

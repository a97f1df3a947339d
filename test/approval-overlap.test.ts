import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAction } from '../server/commands/create-action.ts'
import { createLog } from '../server/log.ts'
import { createMaterializer } from '../server/scheduler/materializer.ts'
import { endApprovals } from '../server/store/end-approvals.ts'
import { addPerson } from './people.ts'
import { openWorkspace } from './workspace.ts'

test('a five-minute cron leaves one approval that waits, however long nobody decides', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await addPerson(ctx, 'MANAGER', 'Anna')
  const target = { url: 'https://example.com/run' }
  const schedule = { cronExpression: '*/5 * * * *', timezone: 'UTC' }
  const { id: actionId } = await createAction(ctx, { name: 'a', target, schedule, approval: { preset: 'MANAGER' } })
  const materializer = createMaterializer({ pool: db.engine, db, log: createLog('silent'), onMade() {} })
  // An hour passes: not the clock moves on, but all that was made moves into the past.
  for (let round = 1; round <= 12; round++) {
    await db.pool.query("update actions set next_run_at = date_bin('5 minutes', now(), timestamptz '2000-01-01') where id = $1", [actionId])
    await materializer.round()
    const { rows } = await db.pool.query("select invocation_id as id from approvals where status = 'PENDING' and expires_at <= now()")
    await endApprovals(
      db.pool,
      rows.map(({ id }) => id),
      'EXPIRED',
    )
    const { rowCount } = await db.pool.query("select from approvals where status = 'PENDING'")
    assert.equal(rowCount, 1, `round ${round}`)
    // In two steps, so that no occurrence meets the one before it.
    for (const by of ["- interval '1 year'", "+ interval '1 year' - interval '5 min'"]) {
      await db.pool.query(`update invocations set scheduled_for = scheduled_for ${by}, run_at = run_at ${by}, sort_at = sort_at ${by}`)
    }
    await db.pool.query("update approvals set requested_at = requested_at - interval '5 min', expires_at = expires_at - interval '5 min'")
  }
  const { rows } = await db.pool.query<{ status_reason: string | null; n: string }>(
    'select status_reason, count(*) as n from invocations group by 1 order by 1',
  )
  assert.deepEqual(rows, [
    { status_reason: 'APPROVAL_EXPIRED', n: '11' },
    { status_reason: null, n: '1' },
  ])
})

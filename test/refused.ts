import assert from 'node:assert/strict'
import type { SchedulerRig } from './scheduler-rig.ts'

/** Makes runs due whose requester may not run them any more: they end CANCELLED(REJECTED), nothing is sent, and the audit says so. */
export async function assertRefused(rig: SchedulerRig, ids: readonly string[]): Promise<void> {
  for (const id of ids) await rig.makeDue(id)
  const rows = await rig.ended(ids)
  assert.deepEqual(
    rows.map(({ status, status_reason, attempt_count }) => [status, status_reason, attempt_count]),
    ids.map(() => ['CANCELLED', 'REJECTED', 0]),
  )
  assert.equal(rig.target.arrivals.length, 0)
  const { rows: audit } = await rig.db.pool.query(
    "select invocation_id as id, result, code from audit_entries where verb = 'invocation.refused' order by 1",
  )
  assert.deepEqual(
    audit,
    ids.toSorted().map((id) => ({ id, result: 'REFUSED', code: 'FORBIDDEN' })),
  )
}

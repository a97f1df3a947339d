import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { newId } from '../new-id.ts'
import { holdDueApprovals, nextApprovalDue } from '../store/approval-clock.ts'
import { claim } from '../store/claim.ts'
import { holdGuarded, judgeGuarded } from '../store/judge-guarded.ts'
import { moveLaneRuns, readLaneRuns } from '../store/lane-runs.ts'
import { readSubjects } from '../store/lane-subjects.ts'
import { markRunning, takeDue } from '../store/mark-running.ts'
import { claimNotices } from '../store/notice-claim.ts'
import { readLanes } from '../store/read-lanes.ts'
import { settle } from '../store/settle.ts'
import { listGuarded, takeGuarded } from '../store/take-guarded.ts'
import { takeLimited } from '../store/take-limited.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  'Index Name'?: string
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

async function nodesOfStatement(client: pg.PoolClient, execute: string): Promise<Plan[]> {
  const { rows } = await client.query(`explain (format json) execute ${execute}`)
  return nodesOf(rows[0]['QUERY PLAN'][0].Plan)
}

test('the statements of the hot path find each row by an index and sort nothing, also when they were planned while the tables were empty', async () => {
  await using rig = await schedulerRig()
  const client = await rig.db.engine.connect()
  try {
    const owner = newId()
    await takeDue(client, { owner, limit: 1, saturated: [] })
    await markRunning(client, [], { owner, aheadMs: 0 })
    await settle(client, [])
    await claim(client, { owner, aheadMs: 0, leaseMs: 0, limit: 1, saturated: [] })
    for (const execute of [
      `"take-due"('${owner}', 1, '{}')`,
      `"mark-running"('${owner}', '[]', 0)`,
      `"settle"('[]')`,
      `"claim"('${owner}', 0, 0, 1, '{}')`,
    ]) {
      const nodes = await nodesOfStatement(client, execute)
      const reads = nodes.filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
      assert.ok(reads.length > 0)
      for (const node of reads) {
        assert.equal(node['Node Type'], 'Index Scan', `${execute} reads ${node['Relation Name']} by a ${node['Node Type']}`)
        assert.ok(node['Index Cond'], `${execute} reads all of ${node['Relation Name']}`)
      }
      assert.ok(!nodes.some((node) => node['Node Type'] === 'Sort'), `${execute} sorts`)
    }
  } finally {
    client.release()
  }
})

test('so do those of the lanes, but for the choice of a probe', async () => {
  await using rig = await schedulerRig()
  const client = await rig.db.engine.connect()
  try {
    const owner = newId()
    await readLanes(client, '', 1)
    await readSubjects(client, [])
    await readLaneRuns(client, [], [])
    await moveLaneRuns(client, [])
    await takeLimited(client, { owner, rows: [], buckets: [], probes: [] })
    for (const execute of [
      `"read-lanes"('', 1)`,
      `"read-subjects"('{}', '{}', '{}', '{}')`,
      `"read-lane-runs"('{}', '{}', '{}')`,
      `"move-lane-runs"('[]')`,
      `"take-limited"('${owner}', '[]', '[]', '[]')`,
    ]) {
      const nodes = await nodesOfStatement(client, execute)
      const reads = nodes.filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
      assert.ok(reads.length > 0)
      for (const node of reads) {
        assert.match(node['Node Type'], /^Index (Only )?Scan$/, `${execute} reads ${node['Relation Name']} by a ${node['Node Type']}`)
        assert.ok(node['Index Cond'], `${execute} reads all of ${node['Relation Name']}`)
      }
      assert.ok(!nodes.some((node) => node['Node Type'] === 'Sort'), `${execute} sorts`)
    }
  } finally {
    client.release()
  }
})

test('so do those of the gate, of the clock of approvals and of notices', async () => {
  await using rig = await schedulerRig()
  const client = await rig.db.engine.connect()
  try {
    const owner = newId()
    await listGuarded(client, { aheadMs: 0, limit: 1, saturated: [] })
    await takeGuarded(client, { owner, aheadMs: 0, rows: [], judged: new Map() })
    await holdGuarded(client, [])
    await judgeGuarded(client, rig.db.vault, [{ id: newId(), approvalId: newId() }])
    await nextApprovalDue(client)
    await holdDueApprovals(client, 1)
    await claimNotices(client, { channel: 'EMAIL', limit: 1 })
    for (const execute of [
      `"list-guarded"(0, 1, '{}')`,
      `"take-guarded"('${owner}', '[]', 0)`,
      `"hold-guarded"('{}')`,
      `"read-approvable-runs"('{}')`,
      `"read-approvals"('{}')`,
      `"next-approval-due"`,
      `"hold-due-runs"(1)`,
      `"claim-notices"('EMAIL', 1)`,
    ]) {
      const nodes = await nodesOfStatement(client, execute)
      const reads = nodes.filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
      assert.ok(reads.length > 0)
      for (const node of reads) {
        assert.match(node['Node Type'], /^Index (Only )?Scan$/, `${execute} reads ${node['Relation Name']} by a ${node['Node Type']}`)
        assert.ok(node['Index Cond'] || OF_DUE.has(node['Index Name']!), `${execute} reads all of ${node['Relation Name']}`)
      }
    }
  } finally {
    client.release()
  }
})

/** These hold what is due or to come alone, and are read from their beginning. */
const OF_DUE = new Set(['approvals_clock_idx'])

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { minutely, occurrencesOf, setColumns, standStill } from '../../test/schedule-rows.ts'
import { schedulerRig } from '../../test/scheduler-rig.ts'
import { createLog } from '../log.ts'
import { createMaterializer } from './materializer.ts'
import { createReconciler } from './reconciler.ts'
import { createAfterRuns } from './rolling.ts'

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Cond'?: string
  Plans?: Plan[]
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

/** Reads that may go through a whole index, because it holds nothing but what they want. */
const WHOLE = ['ended-rolling', 'enabled-schedules', 'completed-actions']

test('the statements for schedules find each row by an index, also when they were planned while the tables were empty', async () => {
  await using rig = await schedulerRig()
  const log = createLog('silent')
  const asked = new Map<string, unknown[]>()
  // The scheduler's pool, with a note of each statement that goes through it.
  const client = await rig.db.engine.connect()
  const query = client.query.bind(client)
  const noting = (statement: { name?: string; values?: unknown[] } | string, values?: unknown[]) => {
    if (typeof statement === 'object' && statement.name) asked.set(statement.name, statement.values ?? [])
    return query(statement as string, values)
  }
  const connection = Object.assign(Object.create(client), { query: noting, release() {} })
  const pool = Object.assign(Object.create(rig.db.engine), {
    query: noting,
    connect: (done: (error: undefined, client: pg.PoolClient) => void) => done(undefined, connection),
  }) as pg.Pool
  try {
    const materializer = createMaterializer({ pool, db: rig.db, log, onMade() {} })
    const afterRuns = createAfterRuns({ pool, log, onChange() {} })
    const reconciler = createReconciler({ pool, log, onMoved() {} })
    const rounds = async () => {
      await materializer.round()
      await afterRuns.round()
      await reconciler.round()
    }
    await rounds()
    const [due, rolling, lost] = [await minutely(rig), await minutely(rig), await minutely(rig)]
    await standStill(rig, due, 2)
    await setColumns(rig, rolling, { cron_expression: null, every: 'PT5M', recurrence: 'ROLLING', next_run_at: null })
    await setColumns(rig, lost, { next_run_at: null })
    await rounds()
    assert.equal((await occurrencesOf(rig, due)).length, 2)
    const names = ['due-schedules', 'materialize', 'advance-schedules', 'ended-rolling', 'go-on-rolling', 'completed-actions']
    for (const name of [...names, 'enabled-schedules', 'schedules-to-reconcile', 'times-with-row', 'store-moved']) {
      assert.ok(asked.has(name), `${name} was not asked`)
      const values = asked.get(name)!.map((value) => literal(value))
      const { rows } = await query(`explain (format json) execute "${name}"${values.length > 0 ? `(${values.join(', ')})` : ''}`)
      const reads = nodesOf(rows[0]['QUERY PLAN'][0].Plan).filter((node) => node['Relation Name'] && node['Node Type'] !== 'ModifyTable')
      for (const node of reads) {
        assert.match(node['Node Type'], /^Index (Only )?Scan$/, `${name} reads ${node['Relation Name']} by a ${node['Node Type']}`)
        if (!WHOLE.includes(name)) assert.ok(node['Index Cond'], `${name} reads all of ${node['Relation Name']}`)
      }
    }
  } finally {
    client.release()
  }
})

function literal(value: unknown): string {
  const text = Array.isArray(value) ? `{${value.join(',')}}` : String(value)
  return `'${text.replaceAll("'", "''")}'`
}

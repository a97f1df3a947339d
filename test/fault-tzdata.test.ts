import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAction } from '../server/commands/create-action.ts'
import { schedulerRig } from './scheduler-rig.ts'
import { startServer } from './server.ts'

const HOUR_MS = 3_600_000
/** A version of the time-zone data from before Egypt had summer time again. */
const OLD = '2022g'

test('other time-zone data under stored schedules: next runs are worked out anew, and an event says what moved', async () => {
  await using rig = await schedulerRig()
  const { pool } = rig.db
  // Far from now, so that nothing of it is due while the test looks.
  const hour = (new Date().getUTCHours() + 8) % 24
  const schedule = { cronExpression: `0 ${hour} * * *`, timezone: 'Africa/Cairo' }
  const create = async (name: string) =>
    (await createAction(rig.ctx, { name, target: { url: `${rig.target.url}/` }, schedule: { ...schedule } })).id
  const [moved, kept, lost, paused] = [await create('moved'), await create('kept'), await create('lost'), await create('paused')]
  const nextOf = async (id: string) => {
    const { rows } = await pool.query<{ next: Date | null }>('select next_run_at as next from actions where id = $1', [id])
    return rows[0]!.next?.getTime() ?? null
  }
  const right = (await nextOf(kept))!
  const wrong = right + HOUR_MS
  await pool.query('update actions set next_run_at = to_timestamp($2::float8 / 1000) where id = $1', [moved, wrong])
  await pool.query('update actions set next_run_at = null where id = any ($1)', [[lost, paused]])
  await pool.query('update actions set enabled = false where id = $1', [paused])
  await pool.query(`insert into installation (name, value) values ('tzdata', $1)`, [OLD])

  await using server = await startServer({ databaseUrl: rig.url })
  const now = process.versions.tz!
  await rig.eventually(async () => {
    const { rows } = await pool.query<{ value: string }>(`select value from installation where name = 'tzdata'`)
    return rows[0]!.value === now ? rows : `noted is ${rows[0]!.value}`
  })
  assert.deepEqual([await nextOf(moved), await nextOf(kept), await nextOf(lost), await nextOf(paused)], [right, right, right, null])

  const told = async (id: string) =>
    (await pool.query<{ note: string }>(`select note from events where action_id = $1 and type = 'action.rescheduled'`, [id])).rows
  const [event, ...more] = await told(moved)
  assert.deepEqual(more, [])
  for (const part of [OLD, now, new Date(wrong).toISOString(), new Date(right).toISOString()])
    assert.ok(event!.note.includes(part), event!.note)
  assert.equal((await told(lost)).length, 1)
  assert.deepEqual([await told(kept), await told(paused)], [[], []])
  assert.match(server.output(), new RegExp(`${OLD}.*time-zone data has changed`))

  // The second start mends what was lost again, and has nothing to say of what is as it should be.
  assert.equal(await server.stop(), 0)
  await pool.query('update actions set next_run_at = null where id = $1', [lost])
  await using _again = await startServer({ databaseUrl: rig.url })
  await rig.eventually(async () => ((await nextOf(lost)) === right ? {} : 'not mended'))
  assert.deepEqual([(await told(moved)).length, (await told(lost)).length, (await told(kept)).length], [1, 2, 0])
})

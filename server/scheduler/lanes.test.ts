import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countUnderWay, invoke, limitedService } from '../../test/limited-service.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { cancel } from '../commands/cancel.ts'
import { createAction } from '../commands/create-action.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { send } from '../commands/send.ts'
import { setConcurrencyLimit } from '../commands/set-concurrency-limit.ts'
import { setExecutionMode } from '../commands/set-execution-mode.ts'
import { updateAction } from '../commands/update-action.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { transaction } from '../store/database.ts'
import { readLaneRuns } from '../store/lane-runs.ts'
import { holdSubjects } from '../store/lane-subjects.ts'
import { takeDue } from '../store/mark-running.ts'
import { releaseUnsent } from '../store/release.ts'
import { takeLimited } from '../store/take-limited.ts'

const limitedRuns = async ({ db }: SchedulerRig) =>
  (await db.pool.query<{ count: number }>('select count(*)::int as count from limited_runs')).rows[0]!.count
const lanesOf = async ({ db }: SchedulerRig, ids: readonly string[]) =>
  (await db.pool.query<{ lane: string | null }>('select lane from invocations where id = any($1)', [ids])).rows.map(({ lane }) => lane)
/** Waits until all of them are in lanes. */
const inLanes = (rig: SchedulerRig, ids: readonly string[]) =>
  rig.eventually(async () => {
    const out = (await lanesOf(rig, ids)).filter((lane) => lane === null).length
    return out === 0 ? {} : `${out} of ${ids.length} are in no lane`
  })
const free = async (rig: SchedulerRig) => assert.equal(await limitedRuns(rig), 0)

test('three schedulers together never exceed the concurrency of a service, and use all of it', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 3 } })
  const most = countUnderWay(rig.target, 25)
  const ids = await invoke(rig.ctx, await service.action(), 60)
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  const rows = await rig.ended(ids, 40_000)
  assert.ok(rows.every(({ status, attempt_count }) => status === 'SUCCEEDED' && attempt_count === 1))
  assert.equal(rig.target.arrivals.length, 60)
  assert.equal(most.get(''), 3)
  await free(rig)
})

test('three schedulers together start no more than one bucket and the rate of the time that passed', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { rateLimit: 20, ratePeriod: 'SECOND' } })
  const ids = await invoke(rig.ctx, await service.action(), 60)
  await Promise.all([rig.schedule(), rig.schedule(), rig.schedule()])
  await rig.ended(ids, 40_000)
  const { rows } = await rig.db.pool.query<{ at: number }>(
    `select date_part('epoch', dispatched_at) * 1000 as at from invocations where id = any($1) order by 1`,
    [ids],
  )
  for (const [first, { at: from }] of rows.entries()) {
    for (let last = first; last < rows.length; last++) {
      // The mark is made some ms after the decision.
      const allowed = 20 + (20 * (rows[last]!.at - from + 100)) / 1000
      assert.ok(last - first + 1 <= allowed, `${last - first + 1} starts in ${rows[last]!.at - from} ms`)
    }
  }
  const tookMs = rows.at(-1)!.at - rows[0]!.at
  assert.ok(tookMs >= 1_950, `${tookMs} ms`)
  assert.ok(tookMs < 4_000, `${tookMs} ms for what the limit allows in 2 s`)
})

test('a concurrencyKey counts across actions and services: one at a time, or as many as its limit says', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url)
  const onService = await service.action({ concurrencyKey: 'ledger', target: { serviceId: publicId('service', service.id), path: '/one' } })
  const { id: onUrl } = await createAction(rig.ctx, { name: 'u', target: { url: `${rig.target.url}/one` }, concurrencyKey: 'ledger' })
  await setConcurrencyLimit(rig.ctx, 'two', { maxConcurrency: 2 })
  const { id: two } = await createAction(rig.ctx, { name: 't', target: { url: `${rig.target.url}/two` }, concurrencyKey: 'two' })
  const { id: other } = await createAction(rig.ctx, { name: 'o', target: { url: `${rig.target.url}/other` }, concurrencyKey: 'other' })
  const most = countUnderWay(rig.target, 20, (url) => [url])
  const ids = (await Promise.all([onService, onUrl, two, other].map((action) => invoke(rig.ctx, action, 10)))).flat()
  await Promise.all([rig.schedule(), rig.schedule()])
  const rows = await rig.ended(ids, 40_000)
  assert.ok(rows.every(({ status }) => status === 'SUCCEEDED'))
  assert.deepEqual(Object.fromEntries(most), { '/one': 1, '/two': 2, '/other': 1 })
  await free(rig)
})

test('of two transactions one holds a subject, and the other leaves it alone', async () => {
  await using rig = await schedulerRig()
  const { engine } = rig.db
  await transaction(engine, async (one) => {
    assert.deepEqual([...(await holdSubjects(one, ['a', 'b']))], ['a', 'b'])
    await transaction(engine, async (two) => assert.deepEqual([...(await holdSubjects(two, ['b', 'c']))], ['c']))
  })
  await transaction(engine, async (three) => assert.deepEqual([...(await holdSubjects(three, ['b']))], ['b']))
})

test('a mark that is taken back gives its place back, and the run takes its turn again', async () => {
  await using rig = await schedulerRig()
  const { engine } = rig.db
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  const [id] = (await invoke(rig.ctx, await service.action(), 1)) as [string]
  const owner = newId()
  const skipped = await takeDue(engine, { owner, limit: 10, saturated: [] })
  assert.deepEqual([skipped.rows.length, skipped.seen], [0, 1])
  const [lane] = (await lanesOf(rig, [id])) as [string]
  assert.equal(lane, `${rig.ctx.projectId}/${service.id}/`)
  const waiting = await readLaneRuns(engine, [{ lane, room: 5 }], [])
  assert.deepEqual(
    waiting.map((run) => [run.id, run.belongs]),
    [[id, lane]],
  )
  const { rows } = await takeLimited(engine, { owner, rows: waiting, buckets: [], probes: [] })
  assert.deepEqual([rows[0]!.id, rows[0]!.limited, await limitedRuns(rig)], [id, true, 1])
  assert.deepEqual((await takeLimited(engine, { owner, rows: waiting, buckets: [], probes: [] })).rows, [])
  await releaseUnsent(engine, owner, rows)
  await free(rig)
  assert.equal((await rig.row(id)).status, 'RETRYING')
  await rig.schedule()
  const [row] = await rig.ended([id])
  assert.deepEqual([row!.status, row!.attempt_count], ['SUCCEEDED', 1])
  await free(rig)
})

test('a server that stops gives its places back', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = () => ({ hang: true })
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 3 } })
  const ids = await invoke(rig.ctx, await service.action(), 6)
  const one = await rig.schedule()
  await rig.target.arrived(3)
  await one.stop({ deadlineMs: 10 })
  await free(rig)
  assert.equal((await Promise.all(ids.map((id) => rig.row(id)))).filter(({ error_code }) => error_code === 'INTERRUPTED').length, 3)
})

test('a run needs room under the limit of its service and under that of its key', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 2 } })
  const target = (path: string) => ({ serviceId: publicId('service', service.id), path })
  const keyed = await service.action({ concurrencyKey: 'a', target: target('/keyed') })
  const plain = await service.action({ target: target('/plain') })
  const most = countUnderWay(rig.target, 20, (url) => [url, 'all'])
  const ids = [...(await invoke(rig.ctx, keyed, 12)), ...(await invoke(rig.ctx, plain, 12))]
  await Promise.all([rig.schedule(), rig.schedule()])
  await rig.ended(ids)
  assert.equal(most.get('/keyed'), 1)
  assert.equal(most.get('all'), 2)
  await free(rig)
})

test('the first of a scheduled instant start on time, and none before it', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 50, rateLimit: 1_000, ratePeriod: 'SECOND' } })
  const at = Math.ceil(Date.now() / 1000) * 1000 + 3_000
  const sent = await Promise.all(
    Array.from({ length: 20 }, () =>
      send(rig.ctx, { serviceId: publicId('service', service.id), path: '/', scheduledAt: new Date(at).toISOString() } as never),
    ),
  )
  await Promise.all([rig.schedule(), rig.schedule()])
  await rig.ended(sent.map(({ id }) => id))
  for (const { id } of sent) {
    const [attempt] = await rig.attempts(id)
    const late = attempt!.started_at.getTime() - at
    assert.ok(late >= 0 && late < 600, `${late} ms`)
  }
})

test('what waits can be cancelled, rests with the project, and goes with its action', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  rig.target.answer = () => ({ hang: true })
  const action = await service.action()
  await rig.schedule()
  const [first] = (await invoke(rig.ctx, action, 1)) as [string]
  await rig.until(first, ({ status }) => status === 'RUNNING')
  const [cancelled, resting] = (await invoke(rig.ctx, action, 2)) as [string, string]
  const doomed = await service.action()
  const [deleted] = (await invoke(rig.ctx, doomed, 1)) as [string]
  await inLanes(rig, [cancelled, resting, deleted])
  await cancel(rig.ctx, publicId('invocation', cancelled))
  await deleteAction(rig.ctx, publicId('action', doomed))
  await setExecutionMode(rig.ctx, 'ALL_PAUSED')
  rig.target.release()
  await rig.ended([first])
  await free(rig)
  assert.equal((await rig.row(resting)).status, 'PENDING')
  await setExecutionMode(rig.ctx, 'ACTIVE')
  await rig.ended([resting])
  const reasons = await Promise.all([cancelled, deleted].map(async (id) => (await rig.row(id)).status_reason))
  assert.deepEqual(reasons, ['USER', 'ACTION_DELETED'])
  assert.equal(rig.target.arrivals.length, 2)
})

test('without its limit, or with another key, what waits goes on', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = () => ({ hang: true })
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  const action = await service.action()
  const { id: keyed } = await createAction(rig.ctx, { name: 'k', target: { url: `${rig.target.url}/` }, concurrencyKey: 'k' })
  await rig.schedule()
  const ids = [...(await invoke(rig.ctx, action, 30)), ...(await invoke(rig.ctx, keyed, 5))]
  await rig.target.arrived(2)
  await service.edit({ limit: null })
  await rig.target.arrived(31)
  await updateAction(rig.ctx, publicId('action', keyed), { concurrencyKey: null })
  await rig.target.arrived(35)
  rig.target.release()
  await rig.ended(ids)
  assert.deepEqual(new Set(await lanesOf(rig, ids)), new Set([null]))
  await free(rig)
})

test('between its attempts a run takes no place, and it takes its turn again', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  const action = await service.action({ retryable: true, retry: { delaysSeconds: [1] } })
  rig.target.answer = () => ({ status: rig.target.arrivals.length === 1 ? 500 : 200 })
  await rig.schedule()
  const [failing] = (await invoke(rig.ctx, action, 1)) as [string]
  await rig.until(failing, ({ status }) => status === 'RETRYING')
  const [other] = (await invoke(rig.ctx, action, 1)) as [string]
  await rig.ended([other])
  const [row] = await rig.ended([failing])
  assert.deepEqual([row!.status, row!.attempt_count], ['SUCCEEDED', 2])
  await free(rig)
})

test('a server that dies gives its places back when its leases end', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 2 } })
  rig.target.answer = () => ({ hang: true })
  const action = await service.action({ timeoutSeconds: 300 })
  const one = await rig.schedule()
  const ids = await invoke(rig.ctx, action, 4)
  await rig.target.arrived(2)
  // As after a crash: another server finds that the leases have run out, and this one's word does not count any more.
  await rig.schedule()
  await rig.lapse("status = 'RUNNING'")
  await rig.target.arrived(4)
  rig.target.release()
  const rows = await rig.ended(ids)
  assert.equal(rows.filter(({ error_code }) => error_code === 'INTERRUPTED').length, 2)
  await one.stop({ deadlineMs: 1_000 })
  await free(rig)
})

test('a lane of thousands holds up nobody else', async () => {
  await using rig = await schedulerRig()
  const service = await limitedService(rig.ctx, rig.target.url, { limit: { maxConcurrency: 1 } })
  const slow = await service.action()
  rig.target.answer = ({ url }) => (url === '/' ? { hang: true } : undefined)
  const { id: quick } = await createAction(rig.ctx, { name: 'q', target: { url: `${rig.target.url}/quick` } })
  await rig.db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, run_at, sort_at, max_attempts, actor_kind, created_at)
     select gen_random_uuid(), project_id, id, 'PENDING', 'MANUAL', now() - interval '1 minute', now(), 1, 'SYSTEM', now()
     from actions, generate_series(1, 3000) where id = $1`,
    [slow],
  )
  await rig.schedule()
  await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ count: number }>(
      "select count(*)::int as count from invocations where lane is null and status = 'PENDING'",
    )
    return rows[0]!.count === 0 ? {} : `${rows[0]!.count} to go into the lane`
  })
  for (let n = 0; n < 5; n++) {
    const asked = Date.now()
    const { id } = await invokeNow(rig.ctx, publicId('action', quick))
    await rig.ended([id])
    const tookMs = Date.now() - asked
    assert.ok(tookMs < 1_500, `${tookMs} ms`)
  }
  assert.equal(rig.target.arrivals.filter(({ url }) => url === '/').length, 1)
  rig.target.release()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { invoke, limitedService } from '../../test/limited-service.ts'
import { type SchedulerRig, schedulerRig } from '../../test/scheduler-rig.ts'
import { createAction } from '../commands/create-action.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { pause } from '../commands/pause.ts'
import { runAt } from '../commands/run-at.ts'
import { send } from '../commands/send.ts'
import { setConcurrencyLimit } from '../commands/set-concurrency-limit.ts'
import { setExecutionMode } from '../commands/set-execution-mode.ts'
import { type Blocker, blockersOf } from '../domain/blockers.ts'
import { publicId } from '../domain/ids.ts'
import { readWaiting } from '../store/read-waiting.ts'

async function blockers({ db }: SchedulerRig, id: string): Promise<Blocker[] | undefined> {
  const waiting = (await readWaiting(db.pool, [id])).get(id)
  return waiting && blockersOf(waiting)
}
const codes = async (rig: SchedulerRig, id: string) => (await blockers(rig, id))?.map(({ code }) => code)

/** Waits until the blockers are these; the scheduler's first statement may still be on its way. */
const become = (rig: SchedulerRig, id: string, wanted: string[]) =>
  rig.eventually(async () => {
    const found = await codes(rig, id)
    return found?.join() === wanted.join() ? { found } : `${wanted} wanted, found ${found}`
  })

test('whoever waits knows for what: its time, its scheduler, its action, its project', async () => {
  await using rig = await schedulerRig()
  const url = `${rig.target.url}/`
  const action = publicId('action', (await createAction(rig.ctx, { name: 'a', target: { url } })).id)
  const { id: due } = await invokeNow(rig.ctx, action)
  assert.deepEqual(await codes(rig, due), ['SCHEDULER_OFF'])
  const at = new Date(Date.now() + 3_600_000)
  const { id: later } = await runAt(rig.ctx, action, at)
  assert.deepEqual(await codes(rig, later), ['SCHEDULED', 'SCHEDULER_OFF'])

  await setExecutionMode(rig.ctx, 'ALL_PAUSED')
  const scheduler = await rig.schedule()
  await become(rig, due, ['PROJECT_PAUSED'])
  await setExecutionMode(rig.ctx, 'ACTIVE')
  await rig.ended([due])
  assert.equal(await codes(rig, due), undefined)
  assert.deepEqual(await codes(rig, later), ['SCHEDULED'])
  assert.equal((await blockers(rig, later))![0]!.until, at.getTime())

  const { id: once } = await send(rig.ctx, { url, scheduledAt: at })
  const { actionId } = await rig.db.prisma.invocation.findUniqueOrThrow({ where: { id: once } })
  await pause(rig.ctx, publicId('action', actionId), 'Stock-taking')
  assert.deepEqual(await codes(rig, once), ['PAUSED', 'SCHEDULED'])
  assert.match((await blockers(rig, once))![0]!.message, /Stock-taking/)

  rig.target.answer = () => ({ status: 500 })
  const failing = publicId('action', (await createAction(rig.ctx, { name: 'f', target: { url }, retryable: true })).id)
  const { id: again } = await invokeNow(rig.ctx, failing)
  await rig.until(again, ({ status }) => status === 'RETRYING')
  assert.deepEqual(await codes(rig, again), ['RETRY_WAIT'])
  await scheduler.stop()
  assert.deepEqual((await readWaiting(rig.db.pool, [])).size, 0)
})

test('an occurrence that waits behind another run names it', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = () => ({ hang: true })
  await rig.schedule()
  const { id: actionId } = await createAction(rig.ctx, {
    name: 'queue',
    target: { url: `${rig.target.url}/` },
    schedule: { cronExpression: '0 0 1 1 *', timezone: 'UTC' },
    overlapPolicy: 'QUEUE_ONE',
  })
  const { id: first } = await invokeNow(rig.ctx, publicId('action', actionId))
  await rig.until(first, ({ status }) => status === 'RUNNING')
  const id = crypto.randomUUID()
  await rig.db.pool.query(
    `insert into invocations (id, project_id, action_id, status, trigger, scheduled_for, run_at, sort_at, max_attempts, actor_kind, created_at,
       exclusive)
     select $1, project_id, id, 'PENDING', 'SCHEDULE', now(), now(), now(), 1, 'SYSTEM', now() - interval '1 s', true
     from actions where id = $2`,
    [id, actionId],
  )
  rig.db.signal.emit('due')
  await become(rig, id, ['OVERLAP'])
  assert.match((await blockers(rig, id))![0]!.message, new RegExp(`${publicId('invocation', first)} is RUNNING`))
  rig.target.release()
  await rig.ended([first, id])
})

test('a row that is due and merely waits for room is QUEUED', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = () => ({ hang: true })
  await rig.schedule({ concurrency: 1 })
  const action = publicId('action', (await createAction(rig.ctx, { name: 'a', target: { url: `${rig.target.url}/` } })).id)
  const { id: first } = await invokeNow(rig.ctx, action)
  await rig.until(first, ({ status }) => status === 'RUNNING')
  const { id } = await invokeNow(rig.ctx, action)
  await become(rig, id, ['QUEUED'])
  rig.target.release()
  await rig.ended([first, id])
})

test('what waits in a lane names its limit, or the open circuit of its service', async () => {
  await using rig = await schedulerRig()
  rig.target.answer = ({ url }) => (url === '/hang' ? { hang: true } : { status: 500 })
  const service = await limitedService(rig.ctx, rig.target.url, {
    limit: { maxConcurrency: 1 },
    breaker: { minAttempts: 1, cooldownSeconds: 600 },
  })
  const target = (path: string) => ({ target: { serviceId: publicId('service', service.id), path } })
  await rig.schedule()
  const hangs = await service.action(target('/hang'))
  const [first, second] = (await invoke(rig.ctx, hangs, 2)) as [string, string]
  await rig.until(first, ({ status }) => status === 'RUNNING')
  await become(rig, second, ['CONCURRENCY_LIMIT'])
  assert.match((await blockers(rig, second))![0]!.message, new RegExp(`^1 run of the service ${service.name} is under way`))

  await setConcurrencyLimit(rig.ctx, 'rare', { rateLimit: 1, ratePeriod: 'MINUTE' })
  const { id: rare } = await createAction(rig.ctx, { name: 'r', target: { url: `${rig.target.url}/` }, concurrencyKey: 'rare' })
  const [sent, next, last] = (await invoke(rig.ctx, rare, 3)) as [string, string, string]
  await rig.ended([sent])
  await become(rig, last, ['RATE_LIMIT'])
  const [turn, later] = [(await blockers(rig, next))![0]!, (await blockers(rig, last))![0]!]
  assert.equal(Math.round((later.until! - turn.until!) / 1000), 60)
  assert.match(later.message, /^At most 1 per minute may start for the concurrencyKey rare\. 1 start/)

  await service.edit({ limit: null })
  const [failing] = (await invoke(rig.ctx, await service.action(target('/no')), 1)) as [string]
  await rig.ended([failing])
  const open = await rig.eventually(async () => {
    const { rows } = await rig.db.pool.query<{ probe_at: Date | null }>('select probe_at from breakers where service_id = $1', [service.id])
    return rows[0]?.probe_at ?? 'it is closed'
  })
  const [third] = (await invoke(rig.ctx, hangs, 1)) as [string]
  await become(rig, third, ['CIRCUIT_OPEN'])
  assert.equal((await blockers(rig, third))![0]!.until, open.getTime())
  rig.target.release()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { cancel } from '../commands/cancel.ts'
import { send } from '../commands/send.ts'
import { publicId } from '../domain/ids.ts'
import { createLive } from '../live/live.ts'
import { createLog } from '../log.ts'
import { createLoaders } from './loaders.ts'
import { createWaitingRoom } from './waiting-room.ts'

const inAnHour = () => new Date(Date.now() + 3_600_000)
const make = ({ ctx }: Workspace) => send(ctx, { url: 'https://example.com/', scheduledAt: inAnHour() })
const end = ({ ctx }: Workspace, id: string) => cancel(ctx, publicId('invocation', id))
const never = () => assert.fail('it must not be done')

function openRoom({ db, projectId }: Workspace, most?: number) {
  const live = createLive({ db, log: createLog('silent') })
  const room = createWaitingRoom({ db, live, loaders: createLoaders(db) }, most)
  return { room, waiter: { projectId }, [Symbol.asyncDispose]: () => live.close() }
}

/** The clock of an operation, of which a test sees whether it runs. */
function clock() {
  let paused = 0
  return {
    paused: () => paused,
    pause() {
      paused++
      return () => void paused--
    },
  }
}

test('who waits is let go by the end of the run', async () => {
  await using workspace = await openWorkspace()
  await using office = openRoom(workspace)
  const { pause, paused } = clock()
  const made = Promise.withResolvers<string>()
  const waiting = office.room.afterwards(120, { ...office.waiter, pause }, async () => {
    assert.equal(paused(), 0, 'the work itself counts')
    const run = await make(workspace)
    made.resolve(run.id)
    return { ...run, more: 'kept' }
  })
  const id = await made.promise
  await make(workspace)
  await end(workspace, id)
  assert.deepEqual(await waiting, { id, more: 'kept' })
  assert.equal(paused(), 0)
})

test('a run that has ended already, no time to wait, and one that retention took away', async () => {
  await using workspace = await openWorkspace()
  await using office = openRoom(workspace)
  const run = await make(workspace)
  for (const none of [undefined, null, 0]) assert.deepEqual(await office.room.afterwards(none, office.waiter, async () => run), run)
  await end(workspace, run.id)
  assert.deepEqual(await office.room.afterwards(120, office.waiter, async () => run), run)
  const gone = { id: crypto.randomUUID() }
  assert.deepEqual(await office.room.afterwards(120, office.waiter, async () => gone), gone)
})

test('the time over, a caller who is gone and a room that closes let go; then there is place again', async () => {
  await using workspace = await openWorkspace()
  await using office = openRoom(workspace, 1)
  const run = await make(workspace)
  const started = performance.now()
  await office.room.afterwards(1, office.waiter, async () => run)
  assert.ok(performance.now() - started >= 999)

  await assert.rejects(
    office.room.afterwards(120, office.waiter, async () => {
      throw new Error('refused')
    }),
    { message: 'refused' },
  )
  const gone = new AbortController()
  const leaving = office.room.afterwards(120, { ...office.waiter, gone: gone.signal }, async () => run)
  await assert.rejects(office.room.afterwards(1, office.waiter, never), { code: 'RATE_LIMITED', field: 'waitSeconds' })
  assert.deepEqual(await office.room.afterwards(0, office.waiter, async () => run), run, 'who does not wait needs no place')
  gone.abort()
  await leaving
  await office.room.afterwards(120, { ...office.waiter, gone: gone.signal }, async () => run)

  const last = office.room.afterwards(120, office.waiter, async () => run)
  office.room.close()
  await last
  await office.room.afterwards(120, office.waiter, async () => run)
})

test('a wrong time is refused before anything is done', async () => {
  await using workspace = await openWorkspace()
  await using office = openRoom(workspace)
  for (const wrong of [-1, 121, 1.5]) {
    await assert.rejects(office.room.afterwards(wrong, office.waiter, never), { code: 'BAD_USER_INPUT', field: 'waitSeconds' })
  }
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { aSchedule } from '../../test/fixtures.ts'
import { otherRig, type Rig, rigOf } from '../../test/rig.ts'
import { SocketPeer } from '../../test/socket-peer.ts'

let api: ApiServer
let rig: Rig
before(async () => {
  api = await startApi()
  rig = await rigOf(api)
})
after(() => api[Symbol.asyncDispose]())

const WATCH = 'subscription { invocationChanged { type } }'
const PAUSE = 'mutation ($id: ID!) { pause(actionId: $id) { enabled } }'
const open = (cookie: string) => new SocketPeer(api.url, { cookie }).open()

test('a role that is taken away counts for the next operation on an open socket', async () => {
  const person = await rig.person('OPERATOR')
  const id = await aSchedule(rig)
  using peer = await open(person.headers.cookie!)
  peer.subscribe(PAUSE, { id })
  assert.deepEqual((await peer.next()).payload.data, { pause: { enabled: false } })
  assert.equal((await peer.next()).type, 'complete')
  await api.db.pool.query(
    `update memberships set role_id = (select id from roles where project_id = $1 and level = 'VIEWER' and built_in) where user_id = $2`,
    [api.projectId, person.id],
  )
  peer.subscribe(PAUSE, { id })
  assert.equal((await peer.next()).payload.errors[0].extensions.code, 'FORBIDDEN')
})

test('a socket is closed when its member is disabled', async () => {
  const person = await rig.person('VIEWER')
  using idle = await open(person.headers.cookie!)
  idle.subscribe(WATCH)
  await api.db.pool.query('update memberships set disabled_at = now() where user_id = $1', [person.id])
  const told = Date.now()
  api.db.signal.emit('access')
  assert.equal((await idle.closed).code, 4403)
  assert.ok(Date.now() - told < 1_000)
})

test('a socket is closed 4012 when its session stands for another project, by word of it or when it asks', async () => {
  const person = await rig.person('VIEWER')
  const { projectId } = await otherRig(rig)
  await api.db.pool.query(
    `insert into memberships (project_id, user_id, role_id, created_at)
     select $1, $2, id, now() from roles where project_id = $1 and level = 'VIEWER' and built_in`,
    [projectId, person.id],
  )
  using idle = await open(person.headers.cookie!)
  idle.subscribe(WATCH)
  using busy = await open(person.headers.cookie!)
  await api.db.pool.query('update sessions set project_id = $1 where user_id = $2', [projectId, person.id])
  busy.subscribe('{ stats { hours } }')
  assert.equal((await busy.closed).code, 4012)
  api.db.signal.emit('access')
  assert.equal((await idle.closed).code, 4012)
})

test('a token without the scope READ may not watch', async () => {
  const { headers } = await rig.token('ADMIN', ['OPERATE'])
  using peer = await new SocketPeer(api.url).open({ authorization: headers.authorization })
  peer.subscribe(WATCH)
  assert.equal((await peer.next()).payload.errors[0].extensions.code, 'FORBIDDEN')
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { startApi } from '../../test/api-server.ts'
import { aSchedule } from '../../test/fixtures.ts'
import { otherRig, rigOf } from '../../test/rig.ts'
import { SocketPeer } from '../../test/socket-peer.ts'
import { createToken } from '../store/api-tokens.ts'
import { secretHash } from '../store/secret-hash.ts'
import { openSession } from '../store/sessions.ts'

const api = await startApi()
after(() => api[Symbol.asyncDispose]())
const rig = await rigOf(api)

const WATCH = 'subscription { invocationChanged { type } }'
const PAUSE = 'mutation ($id: ID!) { pause(actionId: $id) { enabled } }'
const open = (cookie: string) => new SocketPeer(api.url, { cookie }).open()
const openWith = (token: string) => new SocketPeer(api.url).open({ authorization: `Bearer ${token}` })
const makeToken = (expiresAt?: Date) => createToken(api.db, { projectId: api.projectId, name: 'of the test', expiresAt })
const revokeUnsaid = (id: string) => api.db.pool.query('update api_tokens set revoked_at = clock_timestamp() where id = $1', [id])

/** Counts how often tokens are looked for in the database, and how many at a time. */
function countLooks() {
  const { pool } = api.db
  const query = pool.query
  const times = new Map<string, number>()
  let [underWay, most] = [0, 0]
  pool.query = ((...args: unknown[]) => {
    const [{ name, values }] = args as [{ name?: string; values?: [Buffer] }]
    if (name !== 'find-token') return Reflect.apply(query, pool, args)
    const hash = values![0].toString('hex')
    times.set(hash, (times.get(hash) ?? 0) + 1)
    most = Math.max(most, ++underWay)
    return Reflect.apply(query, pool, args).finally(() => underWay--)
  }) as never
  return {
    of: (token: string) => times.get(secretHash(token).toString('hex')) ?? 0,
    most: () => most,
    [Symbol.dispose]() {
      pool.query = query
    },
  }
}

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

test('sockets that are gone before it is known whose they are count for nobody', async () => {
  const { token } = await makeToken()
  for (let n = 0; n < 150; n++) {
    const gone = new SocketPeer(api.url)
    await once(gone.socket, 'open')
    gone.send({ type: 'connection_init', payload: { token } })
    gone.socket.terminate()
    await gone.closed
  }
  using peer = await openWith(token)
  peer.subscribe('{ __typename }')
  assert.equal((await peer.next()).type, 'next')
})

test('a socket is closed when its token or session ends by the clock', { timeout: 20_000 }, async () => {
  const end = new Date(Date.now() + 2_000)
  const [short, behind] = [await makeToken(end), await makeToken(end)]
  const { secret } = await openSession(api.db.pool, { projectId: api.projectId, tokenId: behind.id, method: 'TOKEN' })
  const person = await rig.person('VIEWER')
  await api.db.pool.query('update sessions set expires_at = $2 where user_id = $1', [person.id, end])
  // Longer than a timer of Node can wait, which would fire at once.
  const long = await makeToken(new Date(Date.now() + 100 * 86_400_000))
  using stays = await openWith(long.token)
  using looks = countLooks()
  const peers = [await openWith(short.token), await open(`docket=${secret}`), await open(person.headers.cookie!)]
  assert.ok(Date.now() < end.getTime(), 'they were open before')
  for (const peer of peers) {
    assert.equal((await peer.closed).code, 4403)
    const late = Date.now() - end.getTime()
    assert.ok(late >= 0 && late < 1_000, `closed after ${late} ms`)
  }
  stays.subscribe(WATCH)
  assert.ok(looks.of(long.token) <= 1, `looked at ${looks.of(long.token)} times`)
  assert.equal(stays.socket.readyState, stays.socket.OPEN)
})

test('who cannot be looked at keeps nobody else’s socket open, and is looked at again soon', { timeout: 20_000 }, async () => {
  const [broken, other] = [await makeToken(), await makeToken()]
  using first = await openWith(broken.token)
  using second = await openWith(other.token)
  await api.db.pool.query('update api_tokens set last_used_at = null where id = $1', [broken.id])
  await api.db.pool.query(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$;
    create trigger refuse before update of last_used_at on api_tokens for each row when (new.id = '${broken.id}') execute function refuse()`)
  await revokeUnsaid(other.id)
  api.db.signal.emit('access')
  assert.equal((await second.closed).code, 4403)
  assert.equal(first.socket.readyState, first.socket.OPEN, 'whoever was allowed stays')

  await revokeUnsaid(broken.id)
  await api.db.pool.query('drop trigger refuse on api_tokens')
  const mended = Date.now()
  assert.equal((await first.closed).code, 4403)
  assert.ok(Date.now() - mended < 2_000)
})

test('many changes of rights at once cost two looks at each credential, a few at a time', { timeout: 20_000 }, async () => {
  const tokens = await Promise.all(Array.from({ length: 24 }, () => makeToken()))
  const peers = await Promise.all(tokens.map(({ token }) => openWith(token)))
  using looks = countLooks()
  for (let n = 0; n < 20; n++) api.db.signal.emit('access')
  await revokeUnsaid(tokens[23]!.id)
  api.db.signal.emit('access')
  assert.equal((await peers[23]!.closed).code, 4403)
  for (const { token } of tokens) assert.ok(looks.of(token) <= 3, `looked at ${looks.of(token)} times`)
  assert.ok(looks.most() > 1 && looks.most() <= 8, `${looks.most()} at a time`)
  for (const peer of peers) peer[Symbol.dispose]()
})

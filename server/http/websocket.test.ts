import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { type PeerOptions, SocketPeer } from '../../test/socket-peer.ts'
import { parseId } from '../domain/ids.ts'
import { createLog } from '../log.ts'
import { createLink, endSession } from '../store/sessions.ts'

let api: ApiServer
const warnings: Error[] = []
const onWarning = (warning: Error) => warning.name === 'MaxListenersExceededWarning' && warnings.push(warning)
/** The server tells a slow reader to go. */
const stalls = new EventEmitter()
before(async () => {
  process.on('warning', onWarning)
  const log = createLog('silent')
  log.info = (_: unknown, text?: string) => text === 'a subscriber does not keep up' && stalls.emit('stall')
  api = await startApi({ log })
})
after(async () => {
  await api[Symbol.asyncDispose]()
  process.off('warning', onWarning)
  assert.deepEqual(warnings, [])
})

/** One of this server. */
class Peer extends SocketPeer {
  constructor(options?: PeerOptions) {
    super(api.url, options)
  }
}

const bearer = () => ({ authorization: `Bearer ${api.token}` })
const CHANGES =
  'subscription ($action: ID, $invocation: ID, $after: String) { invocationChanged(actionId: $action, invocationId: $invocation, after: $after) { cursor type status at invocation { id status action { name } } } }'

async function makeAction(body?: string): Promise<string> {
  const { data } = await api.graphql('mutation ($input: CreateActionInput!) { createAction(input: $input) { id } }', {
    input: { name: 'watched', target: { url: 'https://api.example.com/' }, body },
  })
  return data.createAction.id
}
const invoke = async (id: string): Promise<{ id: string; receiptUrl: string }> =>
  (await api.graphql('mutation ($id: ID!) { invokeNow(actionId: $id) { id receiptUrl } }', { id })).data.invokeNow
const cancel = (id: string) => api.graphql('mutation ($id: ID!) { cancel(invocationId: $id) { id } }', { id })

/** A subscription has begun once it has brought an event; everything after the cursor of an earlier one is replayed. */
async function cursorOf(run: string): Promise<string> {
  using peer = await new Peer().open(bearer())
  const head = await api.graphql('{ events(first: 1) { edges { cursor } } }')
  peer.subscribe(CHANGES, { invocation: run, after: head.data.events.edges[0].cursor })
  return (await peer.next()).payload.data.invocationChanged.cursor
}

test('changes arrive in order, and from a cursor on again', async () => {
  const action = await makeAction()
  const first = await invoke(action)
  const after = await cursorOf(first.id)
  using peer = await new Peer().open({ token: api.token })
  peer.subscribe(CHANGES, { action, after })
  await cancel(first.id)
  const second = await invoke(action)
  const got = [await peer.next(), await peer.next()].map(({ payload }) => payload.data.invocationChanged)
  assert.deepEqual(
    got.map(({ type, status, invocation }) => [type, status, invocation.id, invocation.action.name]),
    [
      ['invocation.cancelled', 'CANCELLED', first.id, 'watched'],
      ['invocation.created', 'PENDING', second.id, 'watched'],
    ],
  )
  using again = await new Peer().open(bearer())
  again.subscribe(CHANGES, { action, after: got[0].cursor })
  assert.equal((await again.next()).payload.data.invocationChanged.cursor, got[1].cursor)
})

test('queries and mutations go over the socket too', async () => {
  using peer = await new Peer().open(bearer())
  peer.subscribe('{ viewer { actor { name } } }')
  assert.equal((await peer.next()).payload.data.viewer.actor.name, 'admin')
  assert.equal((await peer.next()).type, 'complete')
  peer.subscribe('{ actions(first: 0) { edges { cursor } } }')
  assert.deepEqual((await peer.next()).payload.errors[0].extensions, { code: 'BAD_USER_INPUT', field: 'first' })
})

test('who is not signed in gets receipts and nothing else', async () => {
  const run = await invoke(await makeAction())
  const token = run.receiptUrl.split('/r/')[1]
  using peer = await new Peer().open()
  for (const query of ['{ viewer { actor { name } } }', 'subscription { invocationChanged { type } }', '{ __schema { types { name } } }']) {
    peer.subscribe(query)
    const { type, payload } = await peer.next()
    assert.equal(type, 'error')
    assert.deepEqual(payload[0].extensions, { code: 'UNAUTHENTICATED' })
  }
  peer.subscribe('subscription ($token: String!) { receiptChanged(token: $token) { id status statusReason actionName } }', { token })
  assert.deepEqual((await peer.next()).payload.data.receiptChanged, {
    id: run.id,
    status: 'PENDING',
    statusReason: null,
    actionName: 'watched',
  })
  await cancel(run.id)
  const last = (await peer.next()).payload.data.receiptChanged
  assert.deepEqual([last.status, last.statusReason], ['CANCELLED', 'USER'])
  assert.equal((await peer.next()).type, 'complete')
  peer.subscribe('subscription ($token: String!) { receiptChanged(token: $token) { id } }', { token: 'rcpt_x' })
  const refused = await peer.next()
  assert.deepEqual([refused.type, refused.payload.errors[0].extensions], ['next', { code: 'NOT_FOUND', field: 'token' }])
})

test('a wrong token is closed 4403, a missing subprotocol 4406, a second init 4429', async () => {
  using wrong = new Peer()
  await once(wrong.socket, 'open')
  wrong.send({ type: 'connection_init', payload: { authorization: 'Bearer dkt_wrong' } })
  assert.equal((await wrong.closed).code, 4403)
  using twice = await new Peer().open()
  twice.send({ type: 'connection_init' })
  assert.equal((await twice.closed).code, 4429)
  using early = new Peer()
  await once(early.socket, 'open')
  early.subscribe('{ __typename }')
  assert.equal((await early.closed).code, 4401)
  using garbage = await new Peer().open()
  garbage.socket.send('{')
  assert.equal((await garbage.closed).code, 4400)
})

test('sockets end when their token is revoked or their browser signs out', async () => {
  const { data } = await api.graphql('mutation { createApiToken(input: { name: "short" }) { token apiToken { id } } }')
  using peer = await new Peer().open({ token: data.createApiToken.token })
  using other = await new Peer().open(bearer())
  await api.graphql('mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: data.createApiToken.apiToken.id })
  assert.equal((await peer.closed).code, 4403)

  const code = await createLink(api.db, api.projectId)
  const signedIn = await fetch(`${api.url}/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  })
  const cookie = signedIn.headers.get('set-cookie')!.split(';', 1)[0]!
  using browser = await new Peer({ cookie, origin: api.url }).open()
  browser.subscribe('{ viewer { actor { name } } }')
  assert.equal((await browser.next()).payload.data.viewer.actor.name, 'Admin')
  using stranger = await new Peer({ cookie, origin: api.url }).open({ anonymous: true })
  stranger.subscribe('{ viewer { actor { name } } }')
  assert.deepEqual(
    (await stranger.next()).payload[0].extensions,
    { code: 'UNAUTHENTICATED' },
    'the cookie is overlooked where that is asked',
  )
  await endSession(api.db.pool, cookie.split('=')[1]!)
  api.db.signal.emit('access')
  assert.equal((await browser.closed).code, 4403)

  other.subscribe('{ __typename }')
  assert.equal((await other.next()).type, 'next')
})

test('a page of another site gets no socket', async () => {
  using peer = new Peer({ origin: 'https://evil.example.com' })
  const [, response] = await once(peer.socket, 'unexpected-response')
  assert.equal(response.statusCode, 403)
})

test('a message over 64 KiB is closed 1009, the 21st operation is refused, the 51st socket closed', async () => {
  using large = await new Peer().open()
  large.socket.send('x'.repeat(64 * 1024 + 1))
  assert.equal((await large.closed).code, 1009)

  using peer = await new Peer().open(bearer())
  for (let operation = 0; operation < 21; operation++) peer.subscribe('subscription { invocationChanged { type } }', {}, `s${operation}`)
  const { id, type, payload } = await peer.next()
  assert.deepEqual([id, type, payload[0].extensions], ['s20', 'error', { code: 'RATE_LIMITED' }])

  const { data } = await api.graphql('mutation { createApiToken(input: { name: "many" }) { token } }')
  using stack = new DisposableStack()
  const open = () => stack.use(new Peer()).open({ token: data.createApiToken.token })
  for (let socket = 0; socket < 50; socket++) await open()
  const more = stack.use(new Peer())
  await once(more.socket, 'open')
  more.send({ type: 'connection_init', payload: { token: data.createApiToken.token } })
  assert.equal((await more.closed).code, 4429)
})

test('an event costs the same statements for one subscriber and for 100', async () => {
  const action = await makeAction()
  const start = await cursorOf((await invoke(action)).id)
  const ask = `subscription ($action: ID, $after: String) { invocationChanged(actionId: $action, after: $after) { cursor
    invocation { id status action { name target { service { name } } } actor { name } request { url } responseBody attempts { edges { node { number } } } } } }`
  using stack = new DisposableStack()
  const peers: Peer[] = []
  for (let index = 0; index < 20; index++) peers.push(await stack.use(new Peer()).open(bearer()))
  for (const peer of peers) for (let id = 0; id < 5; id++) peer.subscribe(ask, { action, after: start }, `${id}`)
  const allGot = (run: string) =>
    Promise.all(
      peers.map(async (peer) => {
        for (let id = 0; id < 5; id++) assert.equal((await peer.next()).payload.data.invocationChanged.invocation.id, run)
      }),
    )
  // Brings everyone to the end of the log.
  const warm = await invoke(action)
  await allGot(warm.id)
  const run = await invoke(action)
  await allGot(run.id)
  api.statements()
  const last = await invoke(action)
  await allGot(last.id)
  const statements = api.statements()
  assert.ok(statements.length <= 25, `${statements.length} statements:\n${statements.join('\n')}`)
})

test('a reader that stops is closed 4013 and harms nobody', { timeout: 60_000 }, async () => {
  const action = await makeAction('x'.repeat(200 * 1024))
  const run = await invoke(action)
  const after = await cursorOf(run.id)
  const ask =
    'subscription ($action: ID, $after: String) { invocationChanged(actionId: $action, after: $after) { cursor invocation { id request { body } } } }'
  using slow = await new Peer().open(bearer())
  slow.subscribe(ask, { action, after })
  using quick = await new Peer().open(bearer())
  quick.subscribe(CHANGES, { action, after })
  const happen = async (count: number) => {
    await api.db.pool.query(
      `insert into events (project_id, type, at, action_id, invocation_id, status)
       select $1, 'invocation.running', now(), $2, $3, 'PENDING' from generate_series(1, $4::int)`,
      [api.projectId, parseId(action)!.uuid, parseId(run.id)!.uuid, count],
    )
    api.db.signal.emit('events')
  }
  await happen(1)
  await Promise.all([slow.next(), quick.next()])
  const stalled = once(stalls, 'stall')
  slow.socket.pause()
  // Several megabytes fill what lies between the two ends; then more than the queue holds.
  for (let round = 0; round < 5; round++) {
    await happen(100)
    for (let event = 0; event < 100; event++) assert.equal((await quick.next()).type, 'next')
  }
  await stalled
  slow.socket.resume()
  assert.deepEqual(await slow.closed, { code: 4013, reason: 'Slow consumer' })
  await happen(1)
  assert.equal((await quick.next()).payload.data.invocationChanged.type, 'invocation.running')
})

test('a reader of a receipt that stops is closed 4013 and harms nobody', { timeout: 60_000 }, async () => {
  const run = await invoke(await makeAction('x'.repeat(200 * 1024)))
  const { uuid } = parseId(run.id)!
  const token = run.receiptUrl.split('/r/')[1]
  using slow = await new Peer().open()
  slow.subscribe('subscription ($token: String!) { receiptChanged(token: $token) { request { body } } }', { token })
  using quick = await new Peer().open()
  quick.subscribe('subscription ($token: String!) { receiptChanged(token: $token) { runAt } }', { token })
  await Promise.all([slow.next(), quick.next()])
  const happen = async () => {
    const { rows } = await api.db.pool.query<{ run_at: Date }>(
      `with changed as (update invocations set run_at = run_at + interval '1 ms' where id = $1 returning project_id, action_id, id, run_at),
       logged as (
         insert into events (project_id, type, at, action_id, invocation_id, status)
         select project_id, 'invocation.updated', now(), action_id, id, 'PENDING' from changed cross join generate_series(1, 50)
       )
       select run_at from changed`,
      [uuid],
    )
    api.db.signal.emit('events')
    // Several events may be told as one; what counts is the newest state.
    while ((await quick.next()).payload.data.receiptChanged.runAt !== rows[0]!.run_at.toISOString());
  }
  await happen()
  await slow.next()
  const stalled = once(stalls, 'stall')
  slow.socket.pause()
  const rounds = 150
  for (let round = 0; round < rounds; round++) await happen()
  await stalled
  let kept = 0
  slow.socket.on('message', () => kept++)
  slow.socket.resume()
  assert.deepEqual(await slow.closed, { code: 4013, reason: 'Slow consumer' })
  assert.ok(kept < rounds / 2, `${kept} of ${rounds} states were kept for it; only what lies in the sockets may be`)
  await happen()
})

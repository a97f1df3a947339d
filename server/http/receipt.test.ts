import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { after, before, test } from 'node:test'
import canonicalize from 'canonicalize'
import { pino } from 'pino'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { SocketPeer } from '../../test/socket-peer.ts'
import { parseId } from '../domain/ids.ts'
import { createReceiptTokens } from '../domain/receipt.ts'
import { newId } from '../new-id.ts'
import { ensureReceiptKey } from '../store/receipt-key.ts'

let api: ApiServer
/** All that the server logged. */
let logged = ''
const addLine = (line: string) => {
  logged += line
}
before(async () => {
  api = await startApi({ log: pino({ level: 'trace' }, { write: addLine }) })
})
after(() => api[Symbol.asyncDispose]())

async function makeRun(input: object = { url: 'https://api.example.com/' }): Promise<{ id: string; path: string }> {
  const { data } = await api.graphql('mutation ($input: SendInput!) { send(input: $input) { id receiptUrl } }', { input })
  return { id: data.send.id, path: new URL(data.send.receiptUrl).pathname }
}

test('a receipt as JSON is what GraphQL answers to a stranger, with secrets masked', async () => {
  const run = await makeRun({
    url: 'https://api.example.com/hook?api_key=s3cret-in-url&page=2',
    headers: { authorization: 'Bearer very-secret-value', accept: 'a/b' },
    body: { password: 'hunter2hunter2', note: 'plain' },
  })
  await api.db.pool.query(
    `insert into attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code, response_headers, response_body)
     values ($1, $2, 1, now(), now(), 1, 200, '{"set-cookie":"a=b","server":"x"}', 'you sent very-secret-value')`,
    [newId(), parseId(run.id)!.uuid],
  )
  const response = await fetch(`${api.url}${run.path}.json`, { headers: { cookie: 'docket=x' } })
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.equal(response.headers.get('x-robots-tag'), 'noindex, nofollow')
  const text = await response.text()
  const receipt = JSON.parse(text)
  assert.equal(receipt.id, run.id)
  assert.equal(receipt.url, `${api.url}${run.path}`)
  assert.deepEqual(receipt.request.headers, { authorization: '••••', accept: 'a/b' })
  assert.equal(receipt.request.url, 'https://api.example.com/hook?api_key=••••&page=2')
  assert.equal(receipt.request.body, '{"password":"••••","note":"plain"}')
  assert.deepEqual(receipt.attempts[0].responseHeaders, { 'set-cookie': '••••', server: 'x' })
  assert.doesNotMatch(text, /very-secret-value|hunter2|s3cret|admin/)
  const asked = await api.graphql('query ($t: String!) { receipt(token: $t) { id status } }', { t: run.path.slice(3) }, {})
  assert.deepEqual(asked.data.receipt, { id: run.id, status: 'PENDING' })
})

/** Everything of an answer that could tell one from another. */
async function answerOf(path: string, init?: RequestInit) {
  const response = await fetch(`${api.url}${path}`, init)
  const { date: _, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, body: await response.text() }
}

const revoke = (id: string) =>
  api.graphql('mutation ($id: ID!) { revokeReceipt(invocationId: $id) { receiptUrl receiptRevokedAt } }', { id })
const renew = async (id: string, days?: number) =>
  await api.graphql(
    'mutation ($id: ID!, $days: Int) { renewReceipt(invocationId: $id, days: $days) { receiptUrl receiptExpiresAt receiptRevokedAt } }',
    { id, days },
  )
const pathOf = (url: string) => new URL(url).pathname
const expire = (id: string, days = 31) =>
  api.db.pool.query(
    "update invocations set created_at = created_at - $2 * interval '1 day', sort_at = sort_at - $2 * interval '1 day' where id = $1",
    [parseId(id)!.uuid, days],
  )
const RECEIPT = 'query ($token: String!) { receipt(token: $token) { id status expiresAt } }'
const CHANGED = 'subscription ($token: String!) { receiptChanged(token: $token) { id status } }'

test('unknown, malformed, expired, renewed and revoked ones answer alike in everything', async () => {
  const good = await makeRun()
  const [revoked, renewed, expired, forged] = [await makeRun(), await makeRun(), await makeRun(), await makeRun()]
  await revoke(revoked.id)
  await renew(renewed.id)
  await expire(expired.id)
  const twisted = good.path.slice(0, -8) + (good.path.at(-8) === 'A' ? 'B' : 'A') + good.path.slice(-7)
  const elsewhere = `/r/${createReceiptTokens('another secret key of the tests, 32').seal(parseId(forged.id)!.uuid)}`
  const gone = `/r/${createReceiptTokens('a secret key of the tests, 32 or more').seal(newId())}`
  const wrong = [revoked.path, renewed.path, expired.path, twisted, elsewhere, gone, '/r/x', '/r/', `/r/rcpt_${'A'.repeat(43)}`]
  wrong.push('/r/%00', '/r/%ff', `${good.path}/`, `/r/${'x'.repeat(5000)}`)

  const data = await answerOf(`${wrong[0]}.json`)
  const page = await answerOf(wrong[0]!)
  assert.deepEqual([data.status, page.status], [404, 404])
  for (const path of wrong) {
    assert.deepEqual(await answerOf(`${path}.json`), data, path)
    assert.deepEqual(await answerOf(path), page, path)
    const token = path.slice('/r/'.length)
    const asked = await api.graphql(RECEIPT, { token }, {})
    if (!token.includes('%00')) assert.deepEqual(asked, { status: 200, data: { receipt: null } }, path)
  }
  using peer = await new SocketPeer(api.url).open()
  for (const token of [revoked, renewed, expired].map(({ path }) => path.slice(3)).concat('x')) {
    peer.subscribe(CHANGED, { token })
    const { payload } = await peer.next()
    await peer.next()
    assert.deepEqual(
      [payload.data, payload.errors.length, payload.errors[0].extensions],
      [undefined, 1, { code: 'NOT_FOUND', field: 'token' }],
    )
  }
  assert.equal((await answerOf(`${good.path}.json`)).status, 200)
  assert.equal((await answerOf(`${good.path}.json`, { method: 'POST' })).status, 405)
})

test('what can open a receipt is not kept, told on or found, and its page can load nothing from elsewhere', async () => {
  const { path } = await makeRun()
  for (const at of [path, '/r/x', `${path}.json`, '/r/x.json']) {
    const { headers } = await answerOf(at)
    assert.equal(headers['cache-control'], 'no-store', at)
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['x-robots-tag'], 'noindex, nofollow')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['set-cookie'], undefined)
    const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    const own = `; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws://${new URL(api.url).host}`
    assert.equal(headers['content-security-policy'], at.endsWith('.json') ? nothing : nothing + own)
  }
})

test('a revoked receipt is gone at once for who watches it, and renewed it has a new address', async () => {
  const run = await makeRun()
  using peer = await new SocketPeer(api.url).open()
  peer.subscribe(CHANGED, { token: run.path.slice(3) })
  assert.equal((await peer.next()).payload.data.receiptChanged.status, 'PENDING')
  const { data } = await revoke(run.id)
  assert.equal((await peer.next()).type, 'complete')
  assert.equal(pathOf(data.revokeReceipt.receiptUrl), run.path)
  const at = Date.parse(data.revokeReceipt.receiptRevokedAt)
  assert.ok(Math.abs(at - Date.now()) < 60_000)
  assert.equal((await revoke(run.id)).data.revokeReceipt.receiptRevokedAt, data.revokeReceipt.receiptRevokedAt, 'once is once')

  const again = (await renew(run.id, 3)).data.renewReceipt
  assert.equal(again.receiptRevokedAt, null)
  assert.ok(Math.abs(Date.parse(again.receiptExpiresAt) - Date.now() - 3 * 86_400_000) < 60_000)
  assert.equal((await answerOf(`${run.path}.json`)).status, 404)
  const shown = JSON.parse((await answerOf(`${pathOf(again.receiptUrl)}.json`)).body)
  assert.deepEqual([shown.id, shown.url, shown.expiresAt], [run.id, again.receiptUrl, again.receiptExpiresAt])
  const events = await api.db.pool.query<{ type: string }>('select type from events where invocation_id = $1 order by seq', [
    parseId(run.id)!.uuid,
  ])
  assert.deepEqual(
    events.rows.map(({ type }) => type),
    ['invocation.created', 'receipt.revoked', 'receipt.renewed'],
  )
})

test('who watches a receipt hears no more when it is renewed, and when it ends', async () => {
  const run = await makeRun()
  using peer = await new SocketPeer(api.url).open()
  peer.subscribe(CHANGED, { token: run.path.slice(3) })
  await peer.next()
  const { data } = await renew(run.id, 1)
  assert.equal((await peer.next()).type, 'complete')
  await api.db.pool.query("update receipts set expires_at = clock_timestamp() + interval '300 ms' where invocation_id = $1", [
    parseId(run.id)!.uuid,
  ])
  peer.subscribe(CHANGED, { token: pathOf(data.renewReceipt.receiptUrl).slice(3) })
  assert.equal((await peer.next()).type, 'next')
  assert.equal((await peer.next()).type, 'complete')
})

test('a receipt lives for 30 days and is renewed up to 63 times', async () => {
  const run = await makeRun()
  const { data } = await api.graphql('query ($id: ID!) { invocation(id: $id) { createdAt receiptExpiresAt receiptRevokedAt } }', {
    id: run.id,
  })
  assert.equal(Date.parse(data.invocation.receiptExpiresAt) - Date.parse(data.invocation.createdAt), 30 * 86_400_000)
  assert.equal(data.invocation.receiptRevokedAt, null)
  await expire(run.id, 29)
  assert.equal((await answerOf(`${run.path}.json`)).status, 200)
  const paths = new Set([run.path])
  for (let times = 0; times < 63; times++) paths.add(pathOf((await renew(run.id)).data.renewReceipt.receiptUrl))
  assert.equal(paths.size, 64)
  const { errors } = await renew(run.id)
  assert.equal(errors![0]!.extensions.code, 'INVALID_TRANSITION')
  assert.equal((await answerOf(`${[...paths].at(-1)}.json`)).status, 200, 'the last one stays')
  for (const days of [0, 366])
    assert.deepEqual((await renew(run.id, days)).errors![0]!.extensions, { code: 'BAD_USER_INPUT', field: 'days' })
  for (const id of ['inv_x', `inv_${'0'.repeat(26)}`]) {
    assert.equal((await renew(id)).errors![0]!.extensions.code, 'NOT_FOUND')
    assert.equal((await revoke(id)).errors![0]!.extensions.code, 'NOT_FOUND')
  }
})

test('the data of a receipt is signed by the published key, the same one on every server', async () => {
  const run = await makeRun()
  const { signature, ...receipt } = JSON.parse((await answerOf(`${run.path}.json`)).body)
  const { keys } = JSON.parse((await answerOf('/.well-known/docket-receipt-key')).body)
  assert.equal(keys.length, 1)
  const { keyId, algorithm, publicKey, pem } = keys[0]
  assert.deepEqual([signature.keyId, signature.algorithm, algorithm], [keyId, 'Ed25519', 'Ed25519'])
  assert.equal(Buffer.from(publicKey, 'base64').length, 32)
  assert.equal(createPublicKey(pem).export({ format: 'jwk' }).x, Buffer.from(publicKey, 'base64').toString('base64url'))
  const signed = Buffer.from(canonicalize(receipt)!)
  assert.ok(verify(null, signed, pem, Buffer.from(signature.value, 'base64')))
  assert.ok(!verify(null, Buffer.concat([signed, signed]), pem, Buffer.from(signature.value, 'base64')))

  await api.db.pool.query("delete from installation where name = 'receipt-key'")
  const first = await Promise.all(Array.from({ length: 8 }, () => ensureReceiptKey(api.db)))
  assert.equal(new Set(first.map(({ published }) => published.keyId)).size, 1)
  const { rows } = await api.db.pool.query<{ value: string }>("select value from installation where name = 'receipt-key'")
  assert.match(rows[0]!.value, /^v1:/, 'sealed')
})

test('a callback is shown with its attempts, masked, and followed to its end', async () => {
  const run = await makeRun({
    url: 'https://api.example.com/',
    headers: { 'x-key': 'very-secret-value' },
    callbackUrl: 'https://api.example.com/?token=abc',
  })
  const id = parseId(run.id)!.uuid
  using peer = await new SocketPeer(api.url).open()
  peer.subscribe('subscription ($token: String!) { receiptChanged(token: $token) { status callback { status } } }', {
    token: run.path.slice(3),
  })
  assert.deepEqual((await peer.next()).payload.data.receiptChanged, { status: 'PENDING', callback: null })
  await api.graphql('mutation ($id: ID!) { cancel(invocationId: $id) { id } }', { id: run.id })
  assert.deepEqual((await peer.next()).payload.data.receiptChanged, { status: 'CANCELLED', callback: { status: 'PENDING' } })
  await api.db.pool.query(
    `with attempt as (
       insert into callback_attempts (id, invocation_id, number, started_at, finished_at, duration_ms, response_code, response_headers, response_body,
         error_code, error_message, wait_ms, failed_phase)
       values ($1, $2, 1, now(), now(), 12, 500, '{"set-cookie":"a=b"}', '{"password":"hunter2hunter2"}', 'HTTP_500', 'you sent very-secret-value', 12, null)
     ), logged as (
       insert into events (project_id, type, at, invocation_id) values ($3, 'callback.failed', now(), $2)
     )
     update callbacks set status = 'FAILED', attempt_count = 1, finished_at = now(), error_code = 'HTTP_500', error_message = 'you sent very-secret-value'
     where invocation_id = $2`,
    [newId(), id, api.projectId],
  )
  api.db.signal.emit('events')
  assert.deepEqual((await peer.next()).payload.data.receiptChanged, { status: 'CANCELLED', callback: { status: 'FAILED' } })
  assert.equal((await peer.next()).type, 'complete')

  const { body } = await answerOf(`${run.path}.json`)
  const { callback } = JSON.parse(body)
  assert.equal(callback.url, 'https://api.example.com/?token=••••')
  assert.equal(callback.error.message, 'you sent ••••')
  const [attempt] = callback.attempts
  assert.deepEqual(
    [attempt.responseBody, attempt.responseHeaders, attempt.phases.waitMs],
    ['{"password":"••••"}', { 'set-cookie': '••••' }, 12],
  )
  assert.doesNotMatch(body, /very-secret|hunter2/)
})

test('a token is in no line of the log, whatever goes wrong', async () => {
  const { path } = await makeRun()
  const token = path.slice('/r/'.length)
  logged = ''
  const ask = async () => {
    await answerOf(path)
    const { status } = await answerOf(`${path}.json`)
    await api.graphql(RECEIPT, { token }, {})
    await api.graphql(`{ receipt(token: "${token}") { id } }`, {}, {})
    await api.graphql(`{ receipt(token: "${token}") { nope } }`, {}, {})
    await api.graphql(RECEIPT, { token: [token] }, {})
    using peer = await new SocketPeer(api.url).open()
    peer.subscribe(CHANGED, { token })
    await peer.next()
    return status
  }
  assert.equal(await ask(), 200)
  await api.db.pool.query('alter table receipts rename to receipts_away')
  assert.equal(await ask(), 500)
  await api.db.pool.query('alter table receipts_away rename to receipts')
  assert.match(logged, /unexpected error/)
  assert.doesNotMatch(logged, /rcpt_/)
})

test('after sixty unknown receipts in a minute an address has to wait', async () => {
  await using strict = await startApi()
  const { data } = await strict.graphql('mutation { send(input: { url: "https://api.example.com/" }) { receiptUrl } }')
  for (let miss = 0; miss < 60; miss++) assert.equal((await fetch(`${strict.url}/r/x.json`)).status, 404)
  assert.equal((await fetch(`${strict.url}/r/x.json`)).status, 429)
  assert.equal((await fetch(`${data.send.receiptUrl}.json`)).status, 429)
  const asked = await strict.graphql('{ receipt(token: "x") { id } }', {}, {})
  assert.deepEqual([asked.status, asked.errors?.[0]?.extensions.code], [429, 'RATE_LIMITED'])
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ApiServer, startApi } from '../../test/api-server.ts'
import { createLink } from '../store/sessions.ts'

let api: ApiServer
before(async () => {
  api = await startApi()
})
after(() => api[Symbol.asyncDispose]())

const json = { 'content-type': 'application/json' }
const signIn = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/auth/sign-in`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })
const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';', 1)[0]!
const whoIs = (cookie: string) => api.graphql('{ viewer { actor { id kind name } } }', {}, { cookie, 'x-requested-by': 'test' })

test('the sign-in link works once; its session is Admin and ends by signing out', async () => {
  const code = await createLink(api.db, api.projectId)
  const response = await signIn({ code })
  assert.equal(response.status, 200)
  assert.match(response.headers.get('set-cookie')!, /^docket=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/)
  const cookie = cookieOf(response)
  const { id, ...admin } = (await whoIs(cookie)).data.viewer.actor
  assert.match(id, /^usr_/)
  assert.deepEqual(admin, { kind: 'USER', name: 'Admin' })
  assert.equal((await signIn({ code })).status, 401)
  const away = { headers: { cookie, 'x-requested-by': 'test', origin: 'https://evil.example.com' }, method: 'POST' }
  assert.equal((await fetch(`${api.url}/auth/sign-out`, away)).status, 403)
  assert.equal((await fetch(`${api.url}/auth/sign-out`, { headers: { cookie }, method: 'POST' })).status, 403)
  const out = await fetch(`${api.url}/auth/sign-out`, { headers: { cookie, 'x-requested-by': 'test' }, method: 'POST' })
  assert.equal(out.status, 200)
  assert.match(out.headers.get('set-cookie')!, /^docket=; .*Max-Age=0$/)
  assert.equal((await whoIs(cookie)).status, 401)
})

test('a session opened with a token is that token and ends with it', async () => {
  const { data } = await api.graphql('mutation { createApiToken(input: { name: "laptop" }) { token apiToken { id } } }')
  const { token, apiToken } = data.createApiToken
  const cookie = cookieOf(await signIn({ token }))
  assert.deepEqual((await whoIs(cookie)).data.viewer.actor, { id: apiToken.id, kind: 'TOKEN', name: 'laptop' })
  await api.graphql('mutation ($id: ID!) { revokeApiToken(id: $id) { id } }', { id: apiToken.id })
  assert.equal((await whoIs(cookie)).status, 401)
})

test('signing in: other bodies, other sites, and the eleventh try in a minute', async () => {
  await using strict = await startApi()
  const tries = (body: string, headers: Record<string, string> = json) =>
    fetch(`${strict.url}/auth/sign-in`, { method: 'POST', headers, body })
  assert.equal((await tries('{"code":"x"}', { ...json, origin: 'https://evil.example.com' })).status, 403)
  for (const body of ['{}', '{"code":1}', '{"code":"a","token":"b"}', '{"code":"\\u0000"}', 'null', 'nope']) {
    assert.equal((await tries(body)).status, 400, body)
  }
  assert.equal((await tries('code=x', { 'content-type': 'application/x-www-form-urlencoded' })).status, 415)
  assert.equal((await tries(`{"code":"${'x'.repeat(5000)}"}`)).status, 413)
  assert.equal((await tries('{"code":"wrong"}')).status, 401)
  assert.equal((await tries('{"token":"dkt_wrong"}')).status, 401)
  const limited = await tries('{"token":"dkt_wrong"}')
  assert.equal(limited.status, 429)
  assert.equal(((await limited.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code, 'RATE_LIMITED')
})

test('on https the cookie is Secure and bound to the host', async () => {
  await using secure = await startApi({ publicUrl: 'https://docket.example.com' })
  const code = await createLink(secure.db, secure.projectId)
  const response = await fetch(`${secure.url}/auth/sign-in`, {
    method: 'POST',
    headers: { ...json, origin: 'https://docket.example.com' },
    body: JSON.stringify({ code }),
  })
  assert.match(response.headers.get('set-cookie')!, /^__Host-docket=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; /)
  assert.match(response.headers.get('content-security-policy')!, /connect-src 'self' wss:\/\/docket\.example\.com/)
})

test('every answer carries the security headers', async () => {
  for (const path of ['/', '/graphql', '/echo', '/livez', '/auth/nope', '/nope.js']) {
    const { headers } = await fetch(api.url + path)
    assert.match(headers.get('content-security-policy')!, /default-src 'self'.*frame-ancestors 'none'/, path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('x-powered-by'), null)
  }
})

test('livez and readyz', async () => {
  const live = await fetch(`${api.url}/livez`)
  assert.deepEqual([live.status, await live.json()], [200, { status: 'ok' }])
  const ready = await fetch(`${api.url}/readyz`)
  assert.deepEqual([ready.status, await ready.json()], [200, { status: 'ok', clockSkewMs: 0 }])
})

test('echo answers what it got, masked, with the status and after the delay it was asked for', async () => {
  const started = performance.now()
  const response = await fetch(`${api.url}/echo?status=503&delay=50`, {
    method: 'PATCH',
    body: 'hällo',
    headers: { authorization: 'Bearer secret', 'content-type': 'text/plain' },
  })
  assert.ok(performance.now() - started >= 49)
  assert.equal(response.status, 503)
  const { method, path, headers, body, at } = (await response.json()) as Record<string, string> & { headers: Record<string, string> }
  assert.deepEqual([method, path, body], ['PATCH', '/echo?status=503&delay=50', 'hällo'])
  assert.equal(headers.authorization, '••••')
  assert.equal(headers['content-type'], 'text/plain')
  assert.match(at!, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.equal((await fetch(`${api.url}/echo?status=204`)).status, 204)
  for (const query of ['status=199', 'status=600', 'status=x', 'delay=60001', 'delay=-1', 'delay=1e3']) {
    assert.equal((await fetch(`${api.url}/echo?${query}`)).status, 400, query)
  }
  assert.equal((await fetch(`${api.url}/echo`, { method: 'POST', body: Buffer.alloc(1024 * 1024 + 1) })).status, 413)
})

test('closing answers an echo that waits', async () => {
  const other = await startApi()
  // The answer to the second one proves that the first has arrived: one connection after the other is taken in order.
  const waiting = fetch(`${other.url}/echo?delay=60000`)
  await fetch(`${other.url}/echo?delay=20`)
  await other.app.close()
  assert.equal((await waiting).status, 200)
  await other[Symbol.asyncDispose]()
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { testVault } from '../../test/vault.ts'
import { MASK } from '../domain/mask.ts'
import { signingKeyOf } from '../domain/signing.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import { secretPlace } from '../store/secrets.ts'
import { newSigningSecret } from '../store/signing-secrets.ts'
import { createVault } from '../store/vault.ts'
import { createOpener, type Sealed } from './secrets.ts'

const vault = testVault()
const [actionId, projectId, serviceId] = [newId(), newId(), newId()]
const owner = { table: 'services', id: serviceId } as const

function sealed(headers: Record<string, string> | null, secrets: Record<string, string> | null = null): Sealed {
  const rows = Object.entries(secrets ?? {}).map(([name, value]) => {
    const id = newId()
    return [name, [id, vault.seal(secretPlace(id), value)] as [string, string]] as const
  })
  return {
    actionId,
    projectId,
    serviceId,
    signing: { current: null, previous: null },
    headers: sealHeaders(vault, actionId, headers),
    secrets: secrets && Object.fromEntries(rows),
    url: 'https://example.com/hook',
    body: null,
  }
}

test('references are filled in, each with the value of its secret', () => {
  const open = createOpener(vault)
  const given = sealed(
    { authorization: 'Bearer {{secret.TOKEN}}', 'x-both': '{{ secret.A }}-{{secret.TOKEN}}', 'x-plain': '{{other}} $& {{secret}}' },
    { TOKEN: 'tok$&en', A: '{{secret.TOKEN}}' },
  )
  const headers = { authorization: 'Bearer tok$&en', 'x-both': '{{secret.TOKEN}}-tok$&en', 'x-plain': '{{other}} $& {{secret}}' }
  assert.deepEqual(open(given).headers, headers)
  assert.equal(open(given), open(given))
})

test('a new value of a secret counts from the next request on', () => {
  const open = createOpener(vault)
  const before = sealed({ a: '{{secret.A}}' }, { A: 'one1' })
  const after = { ...before, secrets: sealed({}, { A: 'two2' }).secrets }
  assert.deepEqual(
    [before, after, before].map((run) => open(run).headers),
    [{ a: 'one1' }, { a: 'two2' }, { a: 'one1' }],
  )
  assert.equal(open(after).redact.text('one1 two2'), `one1 ${MASK}`)
})

test('without its secrets a request cannot be sent', () => {
  const open = createOpener(vault)
  for (const secrets of [null, {}, { OTHER: 'x' }] as (Record<string, string> | null)[]) {
    assert.throws(() => open(sealed({ a: '{{secret.TOKEN}}' }, secrets)), { code: 'SECRET_UNKNOWN', final: true, message: /TOKEN/ })
  }
  assert.throws(() => open(sealed({ a: '{{secret.toString}}' }, {})), { code: 'SECRET_UNKNOWN' })
})

test('what no header can carry is refused without being told', () => {
  const open = createOpener(vault)
  for (const value of ['line\r\nx-more: 1', 'naïve', '\u0000', 'x'.repeat(17 * 1024)]) {
    assert.throws(
      () => open(sealed({ a: 'k {{secret.K}}' }, { K: value })),
      (error: Error & { code: string; final: boolean }) => {
        assert.deepEqual([error.code, error.final], ['INVALID_REQUEST', true])
        return !error.message.includes(value)
      },
    )
  }
})

test('what another key sealed may be opened by another server', () => {
  const open = createOpener(createVault({ secretKey: 'another key than that of the tests' }))
  assert.throws(() => open(sealed({ a: 'b' })), { code: 'SECRET_UNREADABLE', final: false })
})

test('signing secrets are opened for the service, or else for the project', () => {
  const open = createOpener(vault)
  const of = newSigningSecret(vault, owner)
  const before = newSigningSecret(vault, owner)
  const ofProject = newSigningSecret(vault, { table: 'projects', id: projectId })
  const keys = (signing: Sealed['signing'], service: string | null = serviceId) =>
    open({ ...sealed(null), serviceId: service, signing }).signing.keys
  assert.deepEqual(keys({ current: null, previous: null }), [])
  assert.deepEqual(keys({ current: of.sealed, previous: null }), [signingKeyOf(of.secret)])
  assert.deepEqual(keys({ current: of.sealed, previous: before.sealed }), [signingKeyOf(of.secret), signingKeyOf(before.secret)])
  assert.deepEqual(keys({ current: of.sealed, previous: null }), [signingKeyOf(of.secret)])
  assert.deepEqual(keys({ current: ofProject.sealed, previous: null }, null), [signingKeyOf(ofProject.secret)])
  assert.throws(() => keys({ current: newSigningSecret(vault, owner).sealed, previous: null }, null), { code: 'SECRET_UNREADABLE' })
})

test('what comes back is kept without the secrets of the request', () => {
  const open = createOpener(vault)
  const { secret, sealed: current } = newSigningSecret(vault, owner)
  const apiKey = `k/${randomBytes(12).toString('hex')}`
  const own = { authorization: 'Bearer {{secret.TOKEN}}', 'x-api-key': apiKey, 'content-type': 'application/json' }
  const { redact } = open({ ...sealed(own, { TOKEN: 'a "token" of ours' }), signing: { current, previous: null } })
  const kept = redact.response(
    {
      code: 200,
      headers: {
        location: `/next?key=${encodeURIComponent(apiKey)}`,
        'set-cookie': ['a=b', `t=${apiKey}`],
        [`x-${apiKey}`]: '1',
        vary: 'accept',
      },
      body: JSON.stringify({
        sent: 'a "token" of ours',
        type: 'application/json',
        basic: Buffer.from(`u:${apiKey}`).toString('base64'),
        secret,
      }),
      truncated: false,
    },
    false,
  )
  assert.deepEqual(kept.headers, { location: `/next?key=${MASK}`, 'set-cookie': ['a=b', `t=${MASK}`], [MASK]: '1', vary: 'accept' })
  const body = JSON.parse(kept.body)
  assert.deepEqual([body.sent, body.type, body.secret], [MASK, 'application/json', `whsec_${MASK}=`])
  assert.ok(body.basic.includes(MASK) && !Buffer.from(body.basic, 'base64').includes(apiKey.slice(4)))
})

test('an answer that was cut off ends before the beginning of a secret', () => {
  const { redact } = createOpener(vault)(sealed({ 'x-api-key': 'abcdefghijklmnop' }))
  const response = { code: 200, headers: {}, body: 'you sent abcdefghij', truncated: true }
  assert.equal(redact.response(response, true).body, `you sent ${MASK}`)
  assert.equal(redact.response(response, false).body, response.body)
})

test('without secrets nothing is copied', () => {
  const { redact } = createOpener(vault)(sealed({ accept: 'application/json' }))
  const response = { code: 200, headers: {}, body: 'x', truncated: true }
  assert.equal(redact.response(response, true), response)
})

test('what the URL and the body call a secret is not kept either, whatever the headers are', () => {
  const open = createOpener(vault)
  for (const headers of [null, { 'x-api-key': 'abcdefghijklmnop' }]) {
    const given = sealed(headers)
    const runs = [
      { ...given, url: 'https://example.com/?api_key=QSECRET%2F123456', body: 'password=FORMSECRET99' },
      { ...given, url: 'https://example.com/?api_key=QSECRET%2F123456', body: '{"password":"swordfish99"}' },
      given,
    ]
    const answer = 'QSECRET/123456 FORMSECRET99 swordfish99'
    assert.deepEqual(
      runs.map((run) => open(run).redact.text(answer)),
      [`${MASK} ${MASK} swordfish99`, `${MASK} FORMSECRET99 ${MASK}`, answer],
    )
  }
})

test('large headers cost little time with a large answer, and are not kept open', () => {
  const open = createOpener(vault)
  const cookie = Array.from({ length: 885 }, (_, n) => `c${n}=${randomBytes(5).toString('hex')}`).join('; ')
  const given = sealed({ cookie })
  const body = 'some words of an answer, '.repeat(2_621)
  const took = Array.from({ length: 5 }, () => {
    const { redact } = open(given)
    const started = performance.now()
    redact.response({ code: 200, headers: {}, body, truncated: true }, true)
    return performance.now() - started
  })
  assert.ok(Math.min(...took) < 20, `${took}`)
  assert.notEqual(open(given), open(given))
})

test('a usual short answer costs no search, and headers of a usual name but another form do', () => {
  const { redact } = createOpener(vault)(sealed({ 'x-api-key': 'abcdefghijklmnop' }))
  const headers = {
    date: 'Sun, 01 Mar 2026 08:00:00 GMT',
    'content-length': '2',
    connection: 'keep-alive',
    'keep-alive': 'timeout=5',
    'content-type': 'application/json; charset=utf-8',
  }
  const response = { code: 200, headers, body: 'ok', truncated: false }
  assert.equal(redact.response(response, false), response)
  const echoed = { ...response, headers: { date: 'abcdefghijklmnop', vary: 'x-abcdefghijklmnop' } }
  assert.deepEqual(redact.response(echoed, false).headers, { date: MASK, vary: `x-${MASK}` })
})

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { parseOverlap, SIGNING_KEY_BYTES, signatureOf, signingKeyOf, signingSecretOf } from './signing.ts'

const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const now = () => Math.floor(Date.now() / 1000)
const secret = signingSecretOf(randomBytes(SIGNING_KEY_BYTES))
const key = signingKeyOf(secret)

/** What the judge says to a message with these parts; the body that it accepts, undefined for none. */
const judge = (signature: string, parts: { id: string; timestamp: number; body: string | null }, known = secret) =>
  new Webhook(known).verify(parts.body ?? '', {
    'webhook-id': parts.id,
    'webhook-timestamp': String(parts.timestamp),
    'webhook-signature': signature,
  })

test('the vector of the standard', () => {
  assert.equal(signatureOf([signingKeyOf(VECTOR.secret)], VECTOR), VECTOR.signature)
})

test('the judge accepts every body as it is sent', () => {
  for (const body of ['{"a":1}', '{"täglich":"日本 🗓"}', ' [1]\n', '"\u2028"', null]) {
    const parts = { id: 'inv_1', timestamp: now(), body }
    assert.deepEqual(judge(signatureOf([key], parts), parts), body === null ? undefined : JSON.parse(body))
  }
})

test('a changed id, time, body or bit is refused', () => {
  const parts = { id: 'inv_1', timestamp: now(), body: '{"a":1}' }
  const signature = signatureOf([key], parts)
  judge(signature, parts)
  for (const change of [{ id: 'inv_2' }, { timestamp: parts.timestamp + 1 }, { body: '{"a":2}' }, { body: '{"a":1} ' }, { body: '' }]) {
    assert.throws(() => judge(signature, { ...parts, ...change }), /No matching signature/, JSON.stringify(change))
  }
  const bytes = Buffer.from(signature.slice('v1,'.length), 'base64')
  for (const place of [0, 15, 31]) {
    const flipped = Buffer.from(bytes)
    flipped[place]! ^= 1
    assert.throws(() => judge(`v1,${flipped.toString('base64')}`, parts), /No matching signature/)
  }
  assert.throws(() => judge(signature, parts, signingSecretOf(randomBytes(SIGNING_KEY_BYTES))), /No matching signature/)
  assert.throws(() => judge(signature.replace('v1,', 'v2,'), parts), /No matching signature/)
})

test('five minutes are the limit', () => {
  const at = (timestamp: number) => {
    const parts = { id: 'inv_1', timestamp, body: '1' }
    return judge(signatureOf([key], parts), parts)
  }
  for (const seconds of [-299, 0, 299]) assert.equal(at(now() + seconds), 1)
  assert.throws(() => at(now() - 302), /too old/)
  assert.throws(() => at(now() + 302), /too new/)
})

test('with two keys whoever knows one of them accepts it', () => {
  const other = signingSecretOf(randomBytes(SIGNING_KEY_BYTES))
  const parts = { id: 'inv_1', timestamp: now(), body: '1' }
  const signature = signatureOf([key, signingKeyOf(other)], parts)
  assert.match(signature, /^v1,[^ ]{44} v1,[^ ]{44}$/)
  for (const known of [secret, other]) assert.equal(judge(signature, parts, known), 1)
})

test('an id with a dot is refused, and so is what is no secret', () => {
  assert.throws(() => signatureOf([key], { id: 'a.1', timestamp: 1, body: '' }), RangeError)
  for (const text of ['', 'whsec_', 'whsec_c2hvcnQ=', `whsk_${'a'.repeat(44)}`, `whsec_${'!'.repeat(44)}`]) {
    assert.throws(() => signingKeyOf(text), RangeError)
  }
})

test('an overlap is 24 hours by default, 30 days at most, and may be none', () => {
  assert.deepEqual([parseOverlap(null), parseOverlap(undefined), parseOverlap(0), parseOverlap(2_592_000)], [86_400, 86_400, 0, 2_592_000])
  for (const seconds of [-1, 2_592_001, 1.5]) {
    assert.throws(() => parseOverlap(seconds), { code: 'BAD_USER_INPUT', field: 'overlapSeconds' })
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { delaysOf, deliveryDraftOf, deliveryInput, EMPTY_DELIVERY, pausesOf } from './delivery-draft.ts'

const PLAN = {
  maxAttempts: 3,
  backoffSeconds: 20,
  backoffFactor: 2,
  maxBackoffSeconds: 3_600,
  jitter: 0.2,
  delaysSeconds: null,
  retryOn: ['HTTP_3XX' as const, 'HTTP_4XX' as const, 'HTTP_5XX' as const, 'TIMEOUT' as const, 'NETWORK' as const],
}
const action = { retryable: true, maxAttempts: 3, retry: PLAN, timeoutSeconds: 30, callbackUrl: null, concurrencyKey: null }

test('what stands at its default is not sent', () => {
  assert.deepEqual(deliveryInput(EMPTY_DELIVERY).retry, { maxAttempts: 3 })
  assert.deepEqual(deliveryInput(deliveryDraftOf(action)).retry, { maxAttempts: 3 })
  assert.equal(deliveryInput({ ...EMPTY_DELIVERY, retryable: false }).retry, null)
})

test('a plan of its own is the same, there and back', () => {
  const own = { maxAttempts: 7, backoffSeconds: 5, backoffFactor: 1.5, maxBackoffSeconds: 600, jitter: 0.5, retryOn: ['HTTP_5XX' as const] }
  const draft = deliveryDraftOf({
    ...action,
    maxAttempts: 7,
    retry: { ...PLAN, ...own },
    callbackUrl: 'https://a.example/',
    concurrencyKey: 'db',
  })
  assert.deepEqual(deliveryInput(draft), {
    timeoutSeconds: 30,
    retryable: true,
    retry: own,
    callbackUrl: 'https://a.example/',
    concurrencyKey: 'db',
  })
})

test('a list of delays takes the place of growing ones', () => {
  const draft = deliveryDraftOf({ ...action, retry: { ...PLAN, delaysSeconds: [0, 90, 300, 7_200] } })
  assert.equal(draft.delays, '0 s, 90 s, 5 min, 2 h')
  assert.deepEqual(deliveryInput({ ...draft, backoffSeconds: '7' }).retry, { maxAttempts: 3, delaysSeconds: [0, 90, 300, 7_200] })
})

test('delays are read with and without their unit', () => {
  assert.deepEqual(delaysOf('10, 20s; 1 min\n2m, 1h'), [10, 20, 60, 120, 3_600])
  assert.equal(delaysOf('10, soon'), undefined)
  assert.equal(delaysOf(' , '), undefined)
})

test('the pauses are those that the server makes', () => {
  assert.deepEqual(pausesOf(EMPTY_DELIVERY, 5), [20, 40])
  assert.deepEqual(pausesOf({ ...EMPTY_DELIVERY, maxAttempts: '100', maxBackoffSeconds: '60' }, 4), [20, 40, 60, 60])
  assert.deepEqual(pausesOf({ ...EMPTY_DELIVERY, maxAttempts: '5', backoff: 'list', delays: '1, 2' }, 9), [1, 2, 2, 2])
  assert.equal(pausesOf({ ...EMPTY_DELIVERY, backoffFactor: '0.5' }, 5), undefined)
  assert.equal(pausesOf({ ...EMPTY_DELIVERY, maxAttempts: 'many' }, 5), undefined)
})

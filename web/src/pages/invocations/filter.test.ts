import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bulkFilterOf, filterOf } from './filter.ts'

const NOW = Date.UTC(2026, 0, 5, 9)

test('an address is a filter', () => {
  assert.deepEqual(filterOf({}, NOW), {})
  const search = {
    status: 'FAILED,MISSED',
    action: 'act_1',
    service: 'svc_1',
    recordType: 'order',
    recordId: '7',
    since: '24h',
    error: 'HTTP_500',
  }
  assert.deepEqual(filterOf(search, NOW), {
    statuses: ['FAILED', 'MISSED'],
    actionId: 'act_1',
    serviceId: 'svc_1',
    recordType: 'order',
    recordId: '7',
    from: '2026-01-04T09:00:00.000Z',
    errorText: 'HTTP_500',
  })
  assert.deepEqual(filterOf({ from: '2026-01-01T00:00:00+01:00', to: '2026-01-02T00:00:00Z' }, NOW), {
    from: '2025-12-31T23:00:00.000Z',
    to: '2026-01-02T00:00:00.000Z',
  })
})

test('what an address names that does not exist is left out', () => {
  assert.deepEqual(filterOf({ status: 'toString,DONE', since: 'always', from: 'yesterday', error: '  ' }, NOW), {})
})

test('a bulk operation takes of a filter what it can change', () => {
  assert.deepEqual(bulkFilterOf('RETRY', { statuses: ['SUCCEEDED', 'FAILED'], actionId: 'act_1' }), {
    statuses: ['FAILED'],
    actionId: 'act_1',
  })
  assert.deepEqual(bulkFilterOf('CANCEL', {})?.statuses, ['AWAITING_APPROVAL', 'PENDING', 'RETRYING'])
  assert.equal(bulkFilterOf('RETRY', { statuses: ['SUCCEEDED', 'RUNNING'] }), undefined)
})

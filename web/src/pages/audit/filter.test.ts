import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exportHref, filterOf } from './filter.ts'

const NOW = Date.UTC(2026, 0, 5, 9)

test('nothing restricts nothing', () => {
  assert.deepEqual(filterOf({}, NOW), {})
})

test('the address becomes a filter, without what is none of its kind', () => {
  assert.deepEqual(filterOf({ since: '1h', from: '2020-01-01', result: 'REFUSED', actor: 'usr_1', verb: ' approval ', text: ' ' }, NOW), {
    from: '2026-01-05T08:00:00.000Z',
    result: 'REFUSED',
    actorId: 'usr_1',
    verb: 'approval',
  })
  assert.deepEqual(filterOf({ since: 'constructor', result: 'NEVER', from: 'x', to: '2026-01-01T00:00:00Z' }, NOW), {
    to: '2026-01-01T00:00:00.000Z',
  })
})

test('the export asks for what the list shows', () => {
  assert.equal(exportHref('csv', { verb: 'approval', search: 'a b' }), '/audit/export?format=csv&verb=approval&search=a+b')
})

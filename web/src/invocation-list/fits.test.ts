import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InvocationRowFragment } from '../../../sdk/generated/operations.ts'
import { fits } from './fits.ts'

const row = {
  status: 'FAILED',
  action: { id: 'act_1', name: 'Report', kind: 'RECURRING' },
  scheduledFor: '2026-01-05T09:00:00.000Z',
  record: { type: 'order', id: '7' },
  error: { code: 'HTTP_500', message: 'The target answered 500.' },
} as InvocationRowFragment

test('a row fits a filter when it fits each part of it', () => {
  assert.ok(fits(row, {}))
  assert.ok(
    fits(row, {
      statuses: ['FAILED'],
      actionId: 'act_1',
      recordType: 'order',
      recordId: '7',
      from: '2026-01-05T09:00:00.000Z',
      to: '2026-01-05T09:00:00.000Z',
      errorText: 'ANSWERED',
    }),
  )
  const others = [
    { statuses: ['SUCCEEDED' as const] },
    { actionId: 'act_2' },
    { recordType: 'user' },
    { recordId: '8' },
    { from: '2026-01-05T09:00:00.001Z' },
    { to: '2026-01-05T08:59:59.999Z' },
    { errorText: 'timeout' },
  ]
  for (const filter of others) assert.equal(fits(row, filter), false, JSON.stringify(filter))
})

test('errors are looked for in what failed, and in what is retried when that is asked for', () => {
  const retried = { ...row, status: 'RETRYING' as const }
  assert.equal(fits(retried, { errorText: '500' }), false)
  assert.ok(fits(retried, { errorText: '500', statuses: ['RETRYING'] }))
  assert.equal(fits({ ...row, error: null }, { errorText: '500' }), false)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeCron, previewCron, previewOnce } from './preview.ts'

const preview = (cronExpression: string, timezone: string, from: string, dstPolicy: 'ONCE' | 'LITERAL' = 'ONCE') =>
  previewCron({ cronExpression, timezone, dstPolicy }, Date.parse(from), 2)

test('a run has its instant, local time and offset', () => {
  const { runs, description, warnings } = preview('30 9 * * *', 'asia/calcutta', '2025-01-01T00:00:00Z')
  const at = Date.parse('2025-01-01T04:00:00Z')
  assert.deepEqual(runs[0], { at, local: '2025-01-01T09:30:00', offset: '+05:30', effectiveAt: at, note: null })
  assert.equal(description, 'At 09:30, Asia/Kolkata')
  assert.deepEqual(warnings, [])
})

test('notes say where the clocks moved, merged or repeated a run', () => {
  const notes = (...args: Parameters<typeof preview>) => preview(...args).runs.map(({ note }) => note)
  assert.deepEqual(notes('30 2 * * *', 'America/New_York', '2025-03-08T12:00:00Z'), [
    'The clocks go forward and 02:30 on 2025-03-09 does not exist; it runs at 03:30 instead.',
    null,
  ])
  assert.deepEqual(notes('30 2,3 * * *', 'America/New_York', '2025-03-08T12:00:00Z'), [
    'The clocks go forward and 02:30 on 2025-03-09 does not exist; it falls together with the run at 03:30 and runs once.',
    null,
  ])
  assert.deepEqual(notes('15 0,23 * * *', 'America/Nuuk', '2024-03-30T12:00:00Z'), [
    'The clocks go forward and 23:15 on 2024-03-30 does not exist; it falls together with the run at 00:15 on 2024-03-31 and runs once.',
    null,
  ])
  assert.deepEqual(notes('0 0 30 12 *', 'Pacific/Apia', '2011-01-01T00:00:00Z'), [
    'The clocks go forward and 00:00 on 2011-12-30 does not exist; it runs at 00:00 on 2011-12-31 instead.',
    null,
  ])
  assert.deepEqual(notes('30 1 * * *', 'Europe/London', '2025-10-25T12:00:00Z'), [
    'The clocks go back and 01:30 on 2025-10-26 happens twice; it runs the first time only.',
    null,
  ])
  const twice = ['first', 'second'].map((which) => `The clocks go back and 01:30 on 2025-10-26 happens twice; this is the ${which} time.`)
  assert.deepEqual(notes('30 1 * * *', 'Europe/London', '2025-10-25T12:00:00Z', 'LITERAL'), twice)
  assert.deepEqual(notes('30 * * * *', 'Europe/London', '2025-10-26T00:00:00Z'), twice)
})

test('descriptions name the zone and use a 24-hour clock', () => {
  const describe = (cronExpression: string) => describeCron({ cronExpression, timezone: 'Europe/Berlin' })
  assert.equal(describe('@daily'), 'At 00:00, Europe/Berlin')
  assert.equal(describe('0 14 * * MON-FRI'), 'At 14:00, Monday through Friday, Europe/Berlin')
  assert.equal(describe('*/5 * * * *'), 'Every 5 minutes, Europe/Berlin')
  assert.equal(describe('0 0 1W,15 * *'), 'By the cron expression 0 0 1W,15 * *, Europe/Berlin')
})

test('warns where other cron programs differ and where months are skipped', () => {
  const warnings = (cronExpression: string) => preview(cronExpression, 'UTC', '2025-01-01T00:00:00Z').warnings
  assert.match(warnings('0 0 */2 * 1')[0]!, /either/)
  assert.match(warnings('0 0 13 * */2')[0]!, /either/)
  assert.match(warnings('0 0 31 * *')[0]!, /skipped/)
  for (const plain of ['0 0 13 * 5', '0 0 */2 * *', '0 0 ? * 1', '0 0 28 * *', '*/5 * * * *']) assert.deepEqual(warnings(plain), [])
})

test('count is 1 to 100', () => {
  const schedule = { cronExpression: '* * * * *', timezone: 'UTC' }
  assert.equal(previewCron(schedule, 0, 100).runs.length, 100)
  for (const count of [0, 101, -1, 1.5, Number.NaN]) {
    assert.throws(() => previewCron(schedule, 0, count), { code: 'BAD_USER_INPUT', field: 'count' })
  }
})

test('a one-time run previews in its zone, in UTC without one', () => {
  const at = Date.parse('2030-07-01T08:00:00Z')
  const local = { at, local: '2030-07-01T10:00:00', offset: '+02:00', effectiveAt: at, note: null }
  assert.deepEqual(previewOnce(at, 'Europe/Berlin'), {
    runs: [local],
    description: 'Once, on 2030-07-01 at 10:00:00, Europe/Berlin',
    warnings: [],
  })
  assert.equal(previewOnce(at, undefined).runs[0]!.offset, '+00:00')
  assert.throws(() => previewOnce(at, 'Mars/Base'), { code: 'INVALID_TIMEZONE' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCreateCalendar, parseUpdateCalendar } from './calendar-input.ts'

const refused = (field: string) => ({ code: 'BAD_USER_INPUT', field })

test('dates and weekdays are kept once and rising', () => {
  const input = { name: ' Holidays ', dates: ['2030-12-25', '2030-01-01', '2030-12-25'], weekdays: [7, 6, 7] }
  assert.deepEqual(parseCreateCalendar(input), { name: 'Holidays', dates: ['2030-01-01', '2030-12-25'], weekdays: [6, 7] })
  assert.deepEqual(parseCreateCalendar({ name: 'none' }), { name: 'none', dates: [], weekdays: [] })
})

test('days that no calendar has are refused with their place', () => {
  for (const date of ['2030-02-30', '2029-02-29', '2030-1-1', '30-01-01', '2030-01-01T00:00:00Z', '', '0000-01-01']) {
    assert.throws(() => parseCreateCalendar({ name: 'a', dates: ['2030-01-01', date] }), refused('dates[1]'), date)
  }
  for (const day of [0, 8, 1.5, -1]) assert.throws(() => parseCreateCalendar({ name: 'a', weekdays: [1, day] }), refused('weekdays[1]'))
  assert.throws(() => parseCreateCalendar({ name: 'a', weekdays: [1, 2, 3, 4, 5, 6, 7] }), refused('weekdays'))
  assert.throws(() => parseCreateCalendar({ name: 'a', dates: Array(1_001).fill('2030-01-01') }), refused('dates'))
  assert.throws(() => parseCreateCalendar({ name: ' ' }), refused('name'))
})

test('an edit leaves what it does not name', () => {
  const before = { name: 'a', dates: ['2030-01-01'], weekdays: [7] }
  assert.deepEqual(parseUpdateCalendar({}, before), before)
  assert.deepEqual(parseUpdateCalendar({ name: 'b', weekdays: null }, before), { ...before, name: 'b', weekdays: [] })
  assert.throws(() => parseUpdateCalendar({ name: null }, before), refused('name'))
})

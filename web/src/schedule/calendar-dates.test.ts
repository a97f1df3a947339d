import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calendarWords, dateMistake, readDates } from './calendar-dates.ts'

test('dates are read however they are parted, in order and once each', () => {
  assert.deepEqual(readDates('2026-12-26, 2026-12-25\n\n2026-12-25; 2027-01-01'), ['2026-12-25', '2026-12-26', '2027-01-01'])
  assert.deepEqual(readDates(' \n'), [])
})

test('what is no date is named', () => {
  for (const wrong of ['25.12.2026', '2026-02-30', '2026-13-01', 'christmas'])
    assert.match(dateMistake(`2026-01-01 ${wrong}`) ?? '', new RegExp(wrong))
  assert.equal(dateMistake('2028-02-29'), undefined)
  assert.equal(dateMistake(''), undefined)
})

test('a calendar in words', () => {
  assert.equal(calendarWords({ weekdays: [7, 6], dates: ['2026-12-25', '2026-12-26'] }), 'Sat, Sun and 2 dates')
  assert.equal(calendarWords({ weekdays: [], dates: ['2026-12-25'] }), '1 date')
  assert.equal(calendarWords({ weekdays: [], dates: [] }), 'No day yet')
})

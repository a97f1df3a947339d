import assert from 'node:assert/strict'
import { test } from 'node:test'
import { optionsOf } from './options.ts'

const days = { id: 'cal_1', name: 'Holidays' }

test('what is chosen is offered once, whether the list has it or not', () => {
  assert.deepEqual(optionsOf([], days), [['cal_1', 'Holidays']])
  assert.deepEqual(optionsOf([{ id: 'cal_2', name: 'Weekends' }, days], days), [
    ['cal_2', 'Weekends'],
    ['cal_1', 'Holidays'],
  ])
  assert.deepEqual(optionsOf([days]), [['cal_1', 'Holidays']])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { columnOf, dayWords, inOrder } from './days.ts'

test('weeks begin on Monday', () => {
  assert.equal(columnOf('2026-03-02'), 0)
  assert.equal(columnOf('2026-03-01'), 6)
  assert.equal(dayWords('2026-03-08'), 'Sun 8 Mar')
})

test('what is special to a day comes before what runs all day long', () => {
  const entry = (id: string, runs: number, hour: string) => ({ id, name: id, runs, firstAt: `2026-03-08T${hour}:00:00.000Z` })
  const entries = [entry('quarters', 96, '00'), entry('hours', 24, '00'), entry('noon', 1, '12'), entry('morning', 1, '08')]
  assert.deepEqual(
    inOrder(entries).map(({ id }) => id),
    ['morning', 'noon', 'hours', 'quarters'],
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linePath, partAt, roundTop, stack } from './chart-scale.ts'

test('the axis ends with a round number that is not below the highest value', () => {
  assert.deepEqual([0, 1, 3, 7, 10, 11, 41, 99, 130, 2_300].map(roundTop), [1, 1, 4, 8, 10, 20, 50, 100, 200, 4_000])
  for (let most = 1; most < 5_000; most += 7) assert.ok(roundTop(most) >= most)
})

test('a line is interrupted where nothing was measured, and a lone value is still seen', () => {
  assert.equal(linePath([10, 20, null, 40], 40), 'M0.5 75L1.5 50M3.2 0h0.6')
  assert.equal(linePath([null, null], 40), '')
})

test('bars stand on each other, and a small one is still seen', () => {
  assert.deepEqual(stack([50, 25, 0], 100), [
    { y: 50, height: 50 },
    { y: 25, height: 25 },
    { y: 25, height: 0 },
  ])
  assert.equal(stack([1], 10_000)[0]?.height, 1.5)
})

test('a place over the chart is one of its parts, also at the very edge', () => {
  assert.deepEqual(
    [-0.1, 0, 0.49, 0.5, 1].map((share) => partAt(share, 2)),
    [0, 0, 0, 1, 1],
  )
})

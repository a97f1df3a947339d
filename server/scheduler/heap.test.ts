import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createHeap } from './heap.ts'

test('gives back what it got, earliest first, also when pushes and pops alternate', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { freq: 3 })), (steps) => {
      const heap = createHeap<{ runAt: number }>()
      const model: number[] = []
      for (const step of steps) {
        if (step === null) assert.equal(heap.pop()?.runAt, model.shift())
        else {
          heap.push({ runAt: step })
          model.push(step)
          model.sort((a, b) => a - b)
        }
        assert.equal(heap.peek()?.runAt, model[0])
        assert.equal(heap.size, model.length)
      }
    }),
  )
})

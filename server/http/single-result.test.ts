import assert from 'node:assert/strict'
import { test } from 'node:test'
import { singleResult } from './single-result.ts'

test('one result, then the end', async () => {
  const results: number[] = []
  for await (const result of singleResult(async () => 7)) results.push(result)
  assert.deepEqual(results, [7])
})

test('ended early: the operation hears of it, and its result does not come', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const results = singleResult(async (gone) => {
    await new Promise((left) => gone.addEventListener('abort', left, { once: true }))
    resolve()
    return 7
  })
  const next = results.next()
  await results.return!()
  await promise
  assert.deepEqual(await next, { value: undefined, done: true })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecent } from './recent.ts'

test('what was used last is kept, up to a size in all', () => {
  const recent = createRecent<string>(6, (value) => value.length)
  recent.set('a', 'aa')
  recent.set('b', 'bb')
  recent.set('c', 'cc')
  assert.equal(recent.get('a'), 'aa')
  recent.set('d', 'd')
  const kept = () => ['a', 'b', 'c', 'd', 'e'].filter((key) => recent.get(key) !== undefined)
  assert.deepEqual(kept(), ['a', 'c', 'd'], 'b was not used for longest')
  recent.set('a', 'aaa')
  assert.deepEqual(kept(), ['a', 'c', 'd'], 'a value in the place of another takes its place only')
  recent.delete('a')
  recent.set('e', 'eee')
  assert.deepEqual(kept(), ['c', 'd', 'e'], 'what was deleted takes none')
  recent.set('a', 'x'.repeat(7))
  assert.deepEqual(kept(), [], 'what is larger than all of it is not kept')
})

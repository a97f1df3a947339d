import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from './new-id.ts'

test('new ids are UUIDv7 of now, each greater than the one before', () => {
  const before = Date.now()
  const ids = Array.from({ length: 3_000 }, newId)
  assert.deepEqual(ids, [...new Set(ids)].sort())
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const at = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
    assert.ok(at >= before && at <= Date.now())
  }
})

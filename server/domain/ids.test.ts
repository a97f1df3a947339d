import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromUUID } from 'typeid-js'
import { internalId, newId, parseId, publicId } from './ids.ts'

test('public ids are the TypeIDs of the standard, there and back', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      const id = publicId('invocation', uuid)
      assert.equal(id, fromUUID(uuid, 'inv'))
      assert.equal(internalId('invocation', id), uuid)
    }),
  )
  for (const uuid of ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) {
    assert.equal(publicId('action', uuid), fromUUID(uuid, 'act'))
  }
})

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

test('malformed ids and ids of another kind are not found', () => {
  for (const id of ['', 'inv_', 'inv_01', `act_${publicId('invocation', newId()).slice(4)}x`, publicId('action', newId())]) {
    assert.throws(() => internalId('invocation', id), { code: 'NOT_FOUND' })
  }
  assert.equal(parseId('nonsense'), undefined)
})

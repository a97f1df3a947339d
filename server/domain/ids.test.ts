import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromUUID } from 'typeid-js'
import { newId } from '../new-id.ts'
import { internalId, parseId, publicId } from './ids.ts'

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

test('malformed ids and ids of another kind are not found', () => {
  for (const id of ['', 'inv_', 'inv_01', `act_${publicId('invocation', newId()).slice(4)}x`, publicId('action', newId())]) {
    assert.throws(() => internalId('invocation', id), { code: 'NOT_FOUND' })
  }
  assert.equal(parseId('nonsense'), undefined)
})

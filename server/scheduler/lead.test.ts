import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLead } from './lead.ts'

test('marks are made earlier while the disk stalls, within bounds, and later again when it has been quiet', () => {
  const lead = createLead()
  assert.equal(lead.ms(0), 100)
  lead.took(8, 10)
  assert.equal(lead.ms(20), 100)
  lead.took(120, 1_000)
  lead.took(5, 2_000)
  assert.equal(lead.ms(3_000), 240)
  assert.equal(lead.ms(29_000), 240)
  lead.took(2_000, 29_000)
  assert.equal(lead.ms(31_000), 500)
  assert.equal(lead.ms(59_000), 500)
  assert.equal(lead.ms(61_000), 100)
  lead.took(200, 62_000)
  assert.equal(lead.ms(300_000), 100)
})

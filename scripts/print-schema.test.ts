import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { printedSchema, SCHEMA_FILE } from './print-schema.ts'

test('schema.graphql is what the code says; "npm run schema" writes it anew', () => {
  assert.equal(readFileSync(SCHEMA_FILE, 'utf8'), printedSchema())
})

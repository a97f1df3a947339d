import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonTree } from './json-tree.ts'

test('a value becomes a tree that keeps the order, repeated names and every digit', () => {
  assert.deepEqual(jsonTree(' {"id": 12345678901234567890, "a\\"b": [true, null, "x,\\u00e9"], "id": {}} '), {
    kind: 'object',
    members: [
      ['id', { kind: 'number', text: '12345678901234567890' }],
      [
        'a"b',
        {
          kind: 'array',
          members: [
            ['0', { kind: 'word', text: 'true' }],
            ['1', { kind: 'word', text: 'null' }],
            ['2', { kind: 'text', text: '"x,\\u00e9"' }],
          ],
        },
      ],
      ['id', { kind: 'object', members: [] }],
    ],
  })
  assert.deepEqual(jsonTree('[]'), { kind: 'array', members: [] })
})

test('what is cut off, plain or a single value has no tree', () => {
  for (const text of ['', '{"a":1', 'hello', '"text"', '12', '<html>', '{a:1}']) assert.equal(jsonTree(text), undefined, text)
})

test('a body of nothing but brackets does not break it', () => {
  assert.equal(jsonTree('['.repeat(30_000) + ']'.repeat(30_000))?.kind, 'array')
})

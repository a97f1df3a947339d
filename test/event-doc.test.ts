import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8')

/** All types that a table or sentence names, where `.updated` behind another one of its kind is short for it. */
function typesIn(text: string): Set<string> {
  const types = new Set<string>()
  let kind = ''
  for (const [, noun, verb] of text.matchAll(/`([a-z]*)\.([a-z_]+)`/g)) {
    kind = noun || kind
    types.add(`${kind}.${verb}`)
  }
  return types
}

test('docs/protocol.md names every type of the event log, and no other', () => {
  const [, union = ''] = /export type EventType =\n(.*?)\n\n/s.exec(read('server/domain/event.ts')) ?? []
  const types = [...union.matchAll(/^ {2}\| '(.+)'$/gm)].map(([, type]) => type!)
  assert.ok(types.length > 30, `${types.length} types`)
  const [, section = ''] = /### invocationChanged\n(.*?)\n### /s.exec(read('docs/protocol.md')) ?? []
  const nouns = new Set(types.map((type) => type.split('.')[0]))
  const told = [...typesIn(section)].filter((type) => nouns.has(type.split('.')[0]!))
  assert.deepEqual(told.sort(), types.toSorted())
})

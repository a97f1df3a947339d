import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '..')
const read = (path: string) => readFileSync(resolve(root, path), 'utf8')

/** Every verb that the server writes in full. */
function writtenVerbs(): Set<string> {
  const files = globSync('server/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts') && !path.includes('generated'))
  const lines = files.flatMap((path) => read(path).split('\n')).filter((line) => /\bverb\b|\baudit\(/.test(line))
  return new Set(lines.flatMap((line) => [...line.matchAll(/'([a-z]+\.[a-z_]+)'/g)].map(([, verb]) => verb!)))
}

/** Those of the table, where `.updated` behind another one of its noun is short for it. */
function toldVerbs(): Set<string> {
  const [, section = ''] = /## What is noted\n(.*?)\n## /s.exec(read('docs/audit.md')) ?? []
  const table = section.split('\n').filter((line) => line.startsWith('| '))
  const verbs = new Set<string>()
  let noun = ''
  for (const [, own, verb] of table.join('\n').matchAll(/`([a-z]*)\.([a-z_]+)`/g)) {
    noun = own || noun
    verbs.add(`${noun}.${verb}`)
  }
  return verbs
}

/** What the dashboard offers to choose from, as one of its lists. */
function offered(list: 'NOUNS' | 'VERBS'): string[] {
  const [, items = ''] = new RegExp(`export const ${list} = \\[\\n(.*?)\\n\\]`, 's').exec(read('web/src/pages/audit/words.ts')) ?? []
  return [...items.matchAll(/'(.+)'/g)].map(([, item]) => item!)
}

test('docs/audit.md names every verb of the audit and no other, and the dashboard offers every noun', () => {
  const written = writtenVerbs()
  assert.ok(written.size > 60, `${written.size} verbs`)
  assert.deepEqual([...toldVerbs()].sort(), [...written].sort())
  const nouns = new Set([...written].map((verb) => verb.split('.')[0]!))
  assert.deepEqual(offered('NOUNS').sort(), [...nouns].sort())
  const verbs = offered('VERBS')
  assert.ok(verbs.length > 0 && verbs.every((verb) => written.has(verb)), verbs.join(', '))
})

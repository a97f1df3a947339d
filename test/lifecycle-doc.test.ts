import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { STATUSES, TRANSITIONS } from '../server/domain/lifecycle.ts'

const page = readFileSync(resolve(import.meta.dirname, '../docs/lifecycle.md'), 'utf8')

const inCode = STATUSES.flatMap((from) =>
  Object.entries(TRANSITIONS[from]).flatMap(([to, reasons]) =>
    reasons.length === 0 ? [`${from} ${to} –`] : reasons.map((reason) => `${from} ${to} ${reason}`),
  ),
)

test('the table of docs/lifecycle.md is the table of the program', () => {
  const [, table = ''] = page.split('| From | To | Reason |')
  const rows = [...table.split('\n\n')[0]!.matchAll(/^\| (\w+) \| (\w+) \| (\S+) \|$/gm)].map(
    ([, from, to, reason]) => `${from} ${to} ${reason}`,
  )
  assert.deepEqual(rows.sort(), inCode.toSorted())
})

test('the diagram of docs/lifecycle.md has the same changes', () => {
  const drawn = [...page.matchAll(/^ +(\w+) --> (\w+)(?:: .*)?$/gm)].map(([, from, to]) => `${from} ${to}`)
  assert.deepEqual([...new Set(drawn)].sort(), [...new Set(inCode.map((row) => row.split(' ').slice(0, 2).join(' ')))].sort())
})

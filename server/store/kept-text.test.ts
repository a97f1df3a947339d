import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { keptText } from './kept-text.ts'
import { StartRefused } from './starting.ts'

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'docket-secret-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

test('is made once, for its owner only, and leaves nothing else behind', () => {
  using place = folder()
  const file = join(place.path, 'secret-key')
  assert.deepEqual(
    keptText(file, () => 'one'),
    { text: 'one', made: true },
  )
  assert.deepEqual(
    keptText(file, () => 'two'),
    { text: 'one', made: false },
  )
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(place.path), ['secret-key'])
})

test('a start that comes second in the same moment gets the secret of the first', () => {
  using place = folder()
  const file = join(place.path, 'secret-key')
  const late = keptText(file, () => {
    keptText(file, () => 'first')
    return 'second'
  })
  assert.deepEqual(late, { text: 'first', made: false })
})

test('an empty or unreadable file stops the start instead of being replaced', () => {
  using place = folder()
  const empty = join(place.path, 'empty')
  writeFileSync(empty, '\n')
  assert.throws(() => keptText(empty, () => 'x'), StartRefused)
  assert.throws(() => keptText(place.path, () => 'x'), /cannot be read or written/)
})

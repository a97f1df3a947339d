import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { pino } from 'pino'
import { createClockSkew } from './clock-skew.ts'

/** A skew watch whose two clocks the test sets, and what it has logged. */
function rig() {
  const lines: { level: number; clockSkewMs: number; msg: string }[] = []
  const log = pino({}, new Writable({ write: (chunk, _, done) => done(void lines.push(JSON.parse(String(chunk)))) }))
  let wall = 0
  const skew = createClockSkew(log, () => wall)
  return {
    lines,
    /** The answer came `tookMs` after the question and said `dbMs`, when this machine had `wallMs`. */
    read(wallMs: number, dbMs: number, tookMs = 0) {
      wall = wallMs
      skew.sample(dbMs, 500, 500 + tookMs)
      return skew.ms
    },
    skew,
  }
}

test('says by how much this machine is ahead or behind, and takes no slow answer for a wrong clock', () => {
  const { skew, read } = rig()
  assert.equal(skew.ms, undefined)
  assert.equal(skew.now(), 0)
  assert.equal(read(1_000_000, 1_000_000), 0)
  assert.equal(read(1_090_000, 1_000_000), 90_000)
  assert.equal(skew.now(), 1_000_000)
  assert.equal(read(910_000, 1_000_001), -90_000)
  assert.equal(skew.now(), 1_000_000)
  assert.equal(read(1_002_000, 1_000_000, 2_500), 0)
  assert.equal(read(1_000_000, 1_000_000.9), 0)
  assert.equal(read(1_090_000, 1_000_000, 2_500), 87_500)
})

test('logs a skew over a second once, every change by another second, and its end', () => {
  const { lines, read } = rig()
  for (const ahead of [0, 900, 1_000, 1_001, 1_000, 700, 1_400, 2_001, 2_002, 91_000, 91_300]) read(1_000_000 + ahead, 1_000_000)
  assert.deepEqual(
    lines.map(({ clockSkewMs, level }) => [clockSkewMs, level]),
    [1_001, 2_002, 91_000].map((ms) => [ms, 40]),
  )
  assert.match(lines[2]!.msg, /91\.0 s ahead of the database/)
  read(1_000_100, 1_000_000)
  read(1_000_050, 1_000_000)
  assert.deepEqual([lines.length, lines.at(-1)!.level], [4, 30])
  read(995_000, 1_000_001)
  assert.match(lines.at(-1)!.msg, /5\.0 s behind the database/)
})

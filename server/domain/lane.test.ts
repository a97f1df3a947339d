import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allot, type Candidate, freeOf, freeOfAll, parseLane, type Subject, subjectsOf } from './lane.ts'

const NOW = Date.parse('2026-03-11T12:00:00Z')
const OPEN: Subject = { limit: null, running: 0, bucket: null, breaker: null }
const most = (maxConcurrency: number, running = 0): Subject => ({
  ...OPEN,
  limit: { maxConcurrency, rateLimit: null, ratePeriod: null },
  running,
})
const EVERYWHERE = { total: 1_000, of: () => 1_000 }
const run = (id: string, runAt: number, ...subjects: string[]): Candidate => ({ id, runAt, subjects, origin: 'http://a' })
const ids = (rows: readonly Candidate[]) => rows.map(({ id }) => id)

test('a lane is named by its parts, whatever the key holds', () => {
  const projectId = '01990000-0000-7000-8000-000000000001'
  const serviceId = '01990000-0000-7000-8000-000000000002'
  for (const [service, key] of [
    [serviceId, null],
    [null, 'ledger'],
    [serviceId, 'a/b//c'],
    [null, '/'],
    [serviceId, '/x'],
  ]) {
    const lane = parseLane([projectId, service ?? '', key ?? ''].join('/'))
    assert.deepEqual(lane, { projectId, serviceId: service, key })
    assert.equal(subjectsOf(lane).length, (service ? 1 : 0) + (key ? 1 : 0))
  }
})

test('the reason is that of what leaves least, and a circuit comes first', () => {
  assert.deepEqual(freeOf(OPEN, NOW), { free: Number.POSITIVE_INFINITY, full: null })
  assert.deepEqual(freeOf(most(3, 1), NOW), { free: 2, full: null })
  assert.deepEqual(freeOf(most(3, 5), NOW), { free: 0, full: { reason: 'CONCURRENCY_LIMIT', until: null } })
  const rate = { limit: { maxConcurrency: 5, rateLimit: 60, ratePeriod: 'MINUTE' as const }, bucket: { tokens: 0.5, at: NOW } }
  assert.deepEqual(freeOf({ ...OPEN, ...rate }, NOW), { free: 0, full: { reason: 'RATE_LIMIT', until: NOW + 500 } })
  const breaker = { state: 'OPEN' as const, probeAt: NOW + 1 }
  assert.deepEqual(freeOf({ ...OPEN, ...rate, breaker }, NOW), { free: 0, full: { reason: 'CIRCUIT_OPEN', until: NOW + 1 } })
  assert.equal(freeOf({ ...most(9), breaker }, NOW + 1).free, 1)
  assert.equal(freeOf({ ...most(9, 9), breaker }, NOW + 1).full!.reason, 'CONCURRENCY_LIMIT')
  assert.equal(freeOfAll(['a', 'gone'], new Map([['a', most(2)]]), NOW).free, 2)
})

test('lanes that share a limit take turns by their instants, and a full one holds up nobody else', () => {
  const subjects = new Map([
    ['s', most(3)],
    ['k', most(1)],
    ['l', OPEN],
  ])
  const rows = [run('1', 1, 's', 'k'), run('2', 2, 's', 'k'), run('3', 3, 's'), run('4', 4, 's'), run('5', 5, 's'), run('6', 6, 'l')]
  assert.deepEqual(ids(allot([...rows].reverse(), subjects, EVERYWHERE, NOW)), ['1', '3', '4', '6'])
  assert.deepEqual(ids(allot(rows, subjects, { ...EVERYWHERE, total: 2 }, NOW)), ['1', '3'])
  assert.deepEqual(ids(allot(rows, subjects, { ...EVERYWHERE, of: () => 1 }, NOW)), ['1'])
})

test('whatever waits, no subject gets more than it has room for, and nobody who could start is left out', () => {
  const names = ['a', 'b', 'c', 'd']
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 4, maxLength: 4 }),
      fc.array(fc.tuple(fc.nat(50), fc.subarray(names, { minLength: 1, maxLength: 2 })), { maxLength: 40 }),
      fc.integer({ min: 0, max: 20 }),
      (limits, waiting, total) => {
        const subjects = new Map(names.map((name, index) => [name, most(limits[index]![0], limits[index]![1])]))
        const rows = waiting.map(([runAt, of], index) => run(String(index).padStart(3, '0'), runAt, ...of))
        const chosen = allot(rows, subjects, { total, of: () => 1_000 }, NOW)
        const used = (name: string) => chosen.filter((row) => row.subjects.includes(name)).length
        const left = (name: string) => freeOf(subjects.get(name)!, NOW).free - used(name)
        assert.ok(chosen.length <= total)
        for (const name of names) assert.ok(left(name) >= 0)
        if (chosen.length < total) {
          for (const row of rows) assert.ok(chosen.includes(row) || row.subjects.some((name) => left(name) === 0))
        }
        assert.deepEqual(
          chosen.map(({ runAt }) => runAt),
          chosen.map(({ runAt }) => runAt).sort((a, b) => a - b),
        )
      },
    ),
  )
})

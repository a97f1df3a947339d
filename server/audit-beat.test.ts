import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { type ShiftedRig, shiftedRig } from '../test/shifted-clock.ts'
import { testVault } from '../test/vault.ts'
import { startAuditBeat } from './audit-beat.ts'
import { createLog } from './log.ts'
import { readAnchors } from './store/audit-anchors.ts'
import { verifyAudit } from './store/audit-verify.ts'
import { audited } from './store/audited.ts'
import { openDatabase } from './store/database.ts'

const MINUTE_MS = 60_000
const silent = createLog('silent')

const note = ({ ctx }: ShiftedRig) => audited(ctx, async (_, note) => note({ verb: 'thing.made' }))
const anchors = ({ db }: ShiftedRig) => readAnchors(db.pool)

/** A start looks, and an end waits for that look. */
const look = ({ db }: ShiftedRig, log = silent) => startAuditBeat({ db, log }).stop()

function notedLog() {
  const lines: { level: number; msg: string; at?: string; hash?: string }[] = []
  const warned = Promise.withResolvers<string>()
  const write = (text: string) => {
    const line = JSON.parse(text)
    lines.push(line)
    if (line.level === 40) warned.resolve(line.msg)
  }
  return { lines, warned: warned.promise, log: pino({}, { write }) }
}

/** Asks the database again and again, at most for as long as a test may take. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + 20_000; !(await holds()); ) assert.ok(Date.now() < limit, 'it did not come about')
}

test('an anchor when the newest is older than fifty minutes, by the clock of the database, and something was noted since', async () => {
  await using rig = await shiftedRig()
  const { log, lines } = notedLog()
  const after = async (minutes: number, noted: boolean) => {
    if (noted) await note(rig)
    await rig.clock.jump(minutes * MINUTE_MS)
    await look(rig, log)
    return (await anchors(rig)).length
  }
  assert.equal(await after(0, false), 0, 'nothing was ever noted')
  assert.equal(await after(0, true), 1)
  assert.equal(await after(49, true), 1)
  assert.equal(await after(1.1, false), 2)
  assert.equal(await after(180, false), 2, 'nothing was noted since')
  assert.equal(await after(0, true), 3)
  assert.equal(await after(-24 * 60, true), 4, 'the clock was set back behind the newest')
  assert.deepEqual(
    lines.map(({ msg, at, hash }) => ({ msg, at, hash })),
    (await anchors(rig)).map(({ at, hash }) => ({ msg: 'anchor of the audit', at, hash })),
  )
  assert.equal((await verifyAudit(rig.db)).ok, true)
})

test('servers that look at one moment make one', async () => {
  await using rig = await shiftedRig()
  const others = [1, 2, 3].map(() => openDatabase(rig.url, silent, { vault: testVault() }))
  try {
    for (const made of [1, 2]) {
      await note(rig)
      await Promise.all([rig.db, ...others].map((db) => startAuditBeat({ db, log: silent }).stop()))
      assert.equal((await anchors(rig)).length, made)
      await rig.clock.jump(51 * MINUTE_MS)
      await note(rig)
    }
  } finally {
    await Promise.all(others.map((db) => db.close()))
  }
})

test('it looks again and again, also after looks that failed', async () => {
  await using rig = await shiftedRig()
  const { db, clock } = rig
  const { log, warned } = notedLog()
  await note(rig)
  const beat = startAuditBeat({ db, log, everyMs: 5 })
  await until(async () => (await anchors(rig)).length === 1)
  await note(rig)
  await clock.jump(51 * MINUTE_MS)
  await until(async () => (await anchors(rig)).length === 2)
  await note(rig)
  await db.pool.query('alter table audit_anchors rename to away')
  await clock.jump(51 * MINUTE_MS)
  assert.equal(await warned, 'anchoring the audit failed')
  await db.pool.query('alter table away rename to audit_anchors')
  await until(async () => (await anchors(rig)).length === 3)
  await beat.stop()
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type pg from 'pg'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { headOfLog, placeInLog, readEvents, readPage } from './event-log.ts'

/** A writer that holds its number until it is told to end. */
async function openWriter({ db, projectId }: Workspace) {
  const client = await db.engine.connect()
  await client.query('begin')
  const seq = await writeEvent(client, projectId)
  return {
    seq,
    async end(how: 'commit' | 'rollback') {
      await client.query(how)
      client.release()
    },
  }
}

async function writeEvent(sql: pg.Pool | pg.PoolClient, projectId: string): Promise<bigint> {
  const { rows } = await sql.query("insert into events (project_id, type, at) values ($1, 'action.created', now()) returning seq", [
    projectId,
  ])
  return BigInt(rows[0].seq)
}

const seqs = (events: readonly { seq: bigint }[]) => events.map(({ seq }) => seq)

test('a row that commits late is waited for and not skipped', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const first = await writeEvent(db.pool, projectId)
  const late = await openWriter(workspace)
  const early = await writeEvent(db.pool, projectId)

  const before = await readPage(db, 0n, 100)
  assert.deepEqual([seqs(before.events), before.next, before.blocked], [[first], first, true])
  const query = readEvents(db, { after: 0n, limit: 10 })
  await late.end('commit')
  assert.deepEqual(seqs((await readPage(db, first, 100)).events), [late.seq, early])
  assert.deepEqual(seqs(await query), [first, late.seq, early])
})

test('a number whose writer rolled back is given up, also while others go on writing', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const lost = await openWriter(workspace)
  await lost.end('rollback')
  const suspect = await openWriter(workspace)
  const after = await writeEvent(db.pool, projectId)
  assert.equal((await readPage(db, 0n, 100)).blocked, true)

  const newcomer = await openWriter(workspace)
  await suspect.end('rollback')
  const page = await readPage(db, 0n, 100)
  assert.deepEqual([seqs(page.events), page.blocked], [[after], false])
  await newcomer.end('commit')
  assert.deepEqual(seqs(await readEvents(db, { after, limit: 10 })), [newcomer.seq])
})

test('of two readers the slower one does not take over what the faster one knows too early', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const late = await openWriter(workspace)
  const seen = await writeEvent(db.pool, projectId)
  const rounds = Array.from({ length: 50 }, async () => {
    for (;;) {
      const page = await readPage(db, 0n, 100)
      if (!page.blocked) return seqs(page.events)
    }
  })
  await late.end('commit')
  for (const round of await Promise.all(rounds)) assert.deepEqual(round, [late.seq, seen])
})

test('readers get every committed row once and in order while writers commit and roll back at random', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  let writing = true
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (let round = 0; round < 100; round++) {
      const client = await db.engine.connect()
      await client.query('begin')
      for (let rows = 0; rows <= (round * 7 + writer) % 3; rows++) await writeEvent(client, projectId)
      await client.query((round + writer) % 4 === 0 ? 'rollback' : 'commit')
      client.release()
    }
  })
  const readers = Array.from({ length: 3 }, async () => {
    const read: bigint[] = []
    for (let after = 0n, last = false; ; ) {
      const page = await readPage(db, after, 50)
      read.push(...seqs(page.events))
      after = page.next
      if (last && !page.more && !page.blocked) return read
      last = !writing
    }
  })
  await Promise.all(writers)
  writing = false
  const { rows } = await db.pool.query<{ seq: string }>('select seq from events order by seq')
  const committed = rows.map(({ seq }) => BigInt(seq))
  assert.ok(committed.length > 500 && committed.at(-1)! > BigInt(committed.length), 'there are gaps')
  for (const read of await Promise.all(readers)) assert.deepEqual(read, committed)
})

test('events are read of one project', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const own = await writeEvent(db.pool, projectId)
  await writeEvent(db.pool, crypto.randomUUID())
  const second = await writeEvent(db.pool, projectId)
  assert.deepEqual(seqs(await readEvents(db, { projectId, after: 0n, limit: 10 })), [own, second])
  assert.deepEqual(seqs(await readEvents(db, { projectId, after: 0n, limit: 1 })), [own])
})

test('the head of the log is told once nothing below it can come any more', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const late = await openWriter(workspace)
  const seen = await writeEvent(db.pool, projectId)
  const told: string[] = []
  const head = headOfLog(db).finally(() => told.push('head'))
  await db.pool.query('select 1')
  told.push('commit')
  await late.end('commit')
  assert.equal(await head, seen)
  assert.deepEqual(told, ['commit', 'head'])
  assert.equal(await placeInLog(db, 10n ** 12n), seen, 'a place that was never given out')
})

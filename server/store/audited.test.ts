import assert from 'node:assert/strict'
import { test } from 'node:test'
import canonicalize from 'canonicalize'
import { openWorkspace, type Workspace } from '../../test/workspace.ts'
import { type ChainedEntry, canonicalEntry } from '../domain/audit-entry.ts'
import { FIRST_PLACE, readChained } from './audit-read.ts'
import { verifyAudit } from './audit-verify.ts'
import { type AuditNote, auditCte, audited, statedWith } from './audited.ts'

const entriesOf = ({ db }: Workspace): Promise<ChainedEntry[]> => readChained(db.pool, FIRST_PLACE, 1e6)

const noteOf = (id: string): AuditNote => ({ verb: 'thing.made', object: { type: 'thing', id } })

test('a change and its entry are both there, or neither', async () => {
  await using workspace = await openWorkspace()
  const { ctx } = workspace
  const rename = (name: string, fail?: Error) =>
    audited(ctx, async (sql, note) => {
      await sql.query('update projects set name = $2 where id = $1', [ctx.projectId, name])
      note({ verb: 'project.updated', after: { name } })
      if (fail) throw fail
      return name
    })

  assert.equal(await rename('first'), 'first')
  await assert.rejects(rename('second', new Error('no')), /no/)
  await rename('third')

  assert.deepEqual(
    (await entriesOf(workspace)).map(({ seq, after }) => [seq, after]),
    [
      [1, '{"name":"first"}'],
      [2, '{"name":"third"}'],
    ],
  )
  assert.equal((await verifyAudit(workspace.db)).ok, true)
})

test('work that fails at its last statement or while it commits leaves no entry, and the next one is written in order', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await audited(ctx, async (_, note) => note(noteOf('1')))
  await assert.rejects(
    audited(ctx, async (_, note) => note({ verb: 'x', invocationId: 'not a uuid' })),
    /invalid input syntax/,
  )
  // Refused at the commit.
  await db.pool.query(`create function refuse() returns trigger language plpgsql as $$ begin raise 'late'; end $$;
    create constraint trigger late after update on projects deferrable initially deferred for each row execute function refuse()`)
  await assert.rejects(
    audited(ctx, async (sql, note) => {
      await sql.query('update projects set name = $1', ['x'])
      note(noteOf('never'))
    }),
    /late/,
  )
  await audited(ctx, async (_, note) => note(noteOf('2')))
  assert.deepEqual(
    (await entriesOf(workspace)).map(({ objectId, seq }) => [objectId, seq]),
    [
      ['1', 1],
      ['2', 2],
    ],
  )
})

test('a connection that is lost while it commits ends the chain: what comes next begins another one', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await audited(ctx, async (_, note) => note(noteOf('1')))
  await assert.rejects(
    audited(ctx, async (sql, note) => {
      note(noteOf('lost'))
      const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid')
      const query = sql.query.bind(sql)
      // It is gone between the entry and the commit.
      Object.assign(sql, {
        query: async (...args: Parameters<typeof query>) => {
          if ((args[0] as unknown) === 'commit') await db.engine.query('select pg_terminate_backend($1, 5000)', [rows[0]!.pid])
          return query(...args)
        },
      })
    }),
  )
  await audited(ctx, async (_, note) => note(noteOf('2')))
  const entries = await entriesOf(workspace)
  assert.deepEqual(entries.map(({ objectId, seq }) => `${objectId} ${seq}`).sort(), ['1 1', '2 1'])
  assert.equal((await verifyAudit(db)).ok, true)
})

test('eight writers of a thousand entries each: nothing is missing and no chain forks', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const writer = async (name: number) => {
    // In transactions of different length, so that they overlap in every way.
    for (let n = 0; n < 1000; n += 10) {
      await audited(ctx, async (sql, note) => {
        for (let i = 0; i < 10; i++) note(noteOf(`${name}.${n + i}`))
        if (n % 40 === 0) await sql.query('select count(*) from pg_class')
      })
    }
  }
  await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)))
  const { ok, entries, chains } = await verifyAudit(db)
  assert.deepEqual({ ok, entries }, { ok: true, entries: 8000 })
  assert.ok(chains <= 8, `${chains} chains`)
  const ids = new Set((await entriesOf(workspace)).map(({ objectId }) => objectId))
  assert.equal(ids.size, 8000)
})

test('a single statement writes its entries with its change, and none without it', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  const rename = (from: string, to: string) =>
    statedWith(db, [{ author: ctx, note: { verb: 'project.updated', data: { to } } }], async (entries) => {
      const { rows } = await db.pool.query(
        `with changed as (update projects set name = $2 where name = $1 returning id), ${auditCte('$3', 'exists (select from changed)')}
        select id from changed`,
        [from, to, entries],
      )
      return { value: rows.length, written: rows.length > 0 }
    })
  const { rows } = await db.pool.query<{ name: string }>('select name from projects')
  assert.equal(await rename(rows[0]!.name, 'a'), 1)
  assert.equal(await rename('nobody', 'b'), 0)
  assert.equal(await rename('a', 'c'), 1)
  assert.deepEqual(
    (await entriesOf(workspace)).map(({ seq, data }) => [seq, data]),
    [
      [1, '{"to":"a"}'],
      [2, '{"to":"c"}'],
    ],
  )
  assert.equal((await verifyAudit(db)).ok, true)
})

test('entries come back as they were hashed, whatever is in them, and the form is RFC 8785', async () => {
  await using workspace = await openWorkspace()
  const { db, projectId } = workspace
  const strange = 'q"\\\n\t\u0000\u0001 é 🦊 \ud800 \u2028 €'
  const ctx = {
    db,
    projectId,
    actor: { kind: 'AGENT' as const, id: crypto.randomUUID(), name: strange },
    access: { personId: crypto.randomUUID() },
    ip: '::1',
  }
  await audited(ctx, async (_, note) => {
    note({
      verb: 'thing.made',
      object: { type: 'thing', id: strange },
      actionId: crypto.randomUUID(),
      invocationId: crypto.randomUUID(),
      record: { type: 'order', id: strange },
      data: { z: 1, a: [1.5, 1e21, -0, null, true, { 10: 'x', 9: 'y', é: strange }], [strange]: undefined, none: [], deep: { '': {} } },
      before: { same: 1, differs: 'a' },
      after: { same: 1, differs: strange, more: 1n },
      result: 'REFUSED',
      code: 'FORBIDDEN',
    })
    note({ verb: 'nothing.else', data: 'text', before: null })
  })
  const entries = await entriesOf(workspace)
  assert.equal((await verifyAudit(db)).ok, true)
  assert.equal(entries[0]!.before, '{"differs":"a"}')
  for (const { prevHash: _p, hash: _h, ...entry } of entries) {
    const { chainId, seq, ...rest } = entry
    const object = Object.fromEntries(
      Object.entries(entry)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => [
          name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          ['data', 'before', 'after'].includes(name) ? JSON.parse(value as string) : value,
        ]),
    )
    assert.equal(canonicalEntry(rest, chainId, seq), canonicalize(object))
  }
})

test('the database refuses to change, to remove and to empty', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await audited(ctx, async (_, note) => note(noteOf('1')))
  for (const table of ['audit_entries', 'audit_anchors']) {
    for (const text of [`update ${table} set hash = hash`, `delete from ${table}`, `truncate ${table}`]) {
      await assert.rejects(db.pool.query(text), /append-only/, text)
    }
  }
  assert.equal((await entriesOf(workspace)).length, 1)
})

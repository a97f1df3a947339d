import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openWorkspace, otherProject, type Workspace } from '../../test/workspace.ts'
import { hashOf } from '../domain/audit-entry.ts'
import { newestAnchor, readAnchors, writeAnchor } from './audit-anchors.ts'
import { ensureAuditKey } from './audit-key.ts'
import { FIRST_PLACE, readChained } from './audit-read.ts'
import { verifyAudit } from './audit-verify.ts'
import { type AuditContext, audited } from './audited.ts'

/** One chain of so many entries: they are written one after another. */
async function fill(ctx: AuditContext, count: number, name = 'thing') {
  for (let n = 1; n <= count; n++) {
    await audited(ctx, async (_, note) => note({ verb: 'thing.made', object: { type: 'thing', id: `${name} ${n}` }, data: { amount: n } }))
  }
}

/** As someone who may do everything in the database, and does not know the key. */
async function tamper({ db }: Workspace, ...statements: string[]) {
  await db.pool.query(
    `alter table audit_entries disable trigger user; alter table audit_anchors disable trigger user; ${statements.join(';')}`,
  )
}

async function faultIn({ db }: Workspace, anchor?: string) {
  const { ok, firstBad, entries } = await verifyAudit(db, { pageRows: 3, anchor })
  assert.equal(ok, firstBad === null)
  return firstBad && { reason: firstBad.reason, seq: firstBad.seq, entries }
}

const COLUMNS = `id, project_id, at, actor_kind, actor_id, actor_name, on_behalf_of, verb, object_type, object_id, action_id, invocation_id,
  record_type, record_id, data, before, after, result, code, ip, prev_hash, hash`

test('nothing is wrong with what nobody touched', async () => {
  await using workspace = await openWorkspace()
  assert.equal(await faultIn(workspace), null)
  await fill(workspace.ctx, 10)
  await writeAnchor(workspace.db)
  await fill(workspace.ctx, 3)
  assert.equal(await faultIn(workspace, (await newestAnchor(workspace.db.pool))!.hash), null)
  const { entries, chains, anchors, byProject } = await verifyAudit(workspace.db)
  assert.deepEqual([entries, chains, anchors, byProject.get(workspace.projectId)], [13, 1, 1, 13])
})

test('one changed byte is found in whatever column it is', async () => {
  const changes: Record<string, string> = {
    data: `'{"amount":6}'`,
    'data, its spelling only': `'{"amount": 5}'`,
    at: "at + interval '1 ms'",
    actor_kind: "'SYSTEM'",
    actor_name: "'Test'",
    actor_id: 'gen_random_uuid()',
    verb: "'thing.mad'",
    object_id: "'thing 6'",
    object_type: 'null',
    result: "'REFUSED'",
    code: "'X'",
    ip: "'127.0.0.1'",
    id: 'gen_random_uuid()',
    on_behalf_of: 'gen_random_uuid()',
    hash: 'set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)',
    prev_hash: 'set_byte(prev_hash, 0, (get_byte(prev_hash, 0) + 1) % 256)',
  }
  await using workspace = await openWorkspace()
  await fill(workspace.ctx, 8)
  await tamper(workspace, 'create table kept as select * from audit_entries')
  for (const [name, value] of Object.entries(changes)) {
    await tamper(workspace, `update audit_entries set ${name.split(',')[0]} = ${value} where seq = 5`)
    assert.deepEqual(await faultIn(workspace), { reason: 'CHANGED', seq: 5, entries: 4 }, name)
    await tamper(workspace, 'delete from audit_entries', 'insert into audit_entries select * from kept')
  }
  assert.equal(await faultIn(workspace), null)
})

test('what is gone from the middle or the beginning is missed, also when the rest is numbered anew', async () => {
  await using workspace = await openWorkspace()
  await fill(workspace.ctx, 8)
  await tamper(workspace, 'create table kept as select * from audit_entries')
  const cases: [string[], object][] = [
    [['delete from audit_entries where seq = 4'], { reason: 'MISSING', seq: 4, entries: 3 }],
    [['delete from audit_entries where seq in (4, 5, 6)'], { reason: 'MISSING', seq: 4, entries: 3 }],
    [['delete from audit_entries where seq = 1'], { reason: 'MISSING', seq: 1, entries: 0 }],
    [
      [
        'delete from audit_entries where seq = 4',
        `insert into audit_entries select chain_id, seq + 99, ${COLUMNS} from audit_entries where seq > 4`,
        'delete from audit_entries where seq between 5 and 8',
        'update audit_entries set seq = seq - 100 where seq > 100',
      ],
      { reason: 'MISSING', seq: 4, entries: 3 },
    ],
  ]
  for (const [statements, fault] of cases) {
    await tamper(workspace, ...statements)
    assert.deepEqual(await faultIn(workspace), fault)
    await tamper(workspace, 'delete from audit_entries', 'insert into audit_entries select * from kept')
  }
})

test('an end that was cut off is found by the anchors, and nothing before it is', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await fill(ctx, 5)
  const first = await writeAnchor(db)
  await fill(ctx, 3)
  const second = await writeAnchor(db)
  assert.equal(await writeAnchor(db), undefined, 'nothing has been noted since')
  await fill(ctx, 1)

  await tamper(workspace, 'delete from audit_entries where seq = 9')
  assert.equal(await faultIn(workspace), null, 'the last hour is not held fast')
  await tamper(workspace, 'delete from audit_entries where seq > 6')
  assert.deepEqual(await faultIn(workspace), { reason: 'CUT_OFF', seq: 7, entries: 6 })
  // Who takes the anchor away as well is found by its hash, which stands in the log.
  await tamper(workspace, `delete from audit_anchors where id = '${second!.id}'`)
  assert.equal(await faultIn(workspace), null)
  assert.deepEqual(await faultIn(workspace, second!.hash), { reason: 'ANCHOR', seq: null, entries: 0 })
  await tamper(workspace, 'delete from audit_entries')
  assert.deepEqual(await faultIn(workspace, first!.hash), { reason: 'CUT_OFF', seq: 1, entries: 0 })
})

test('anchors are a chain of their own', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  for (let n = 0; n < 3; n++) {
    await fill(ctx, 2)
    await writeAnchor(db)
  }
  assert.equal(await writeAnchor(db, { leastMs: 60_000 }), undefined)
  const [, middle] = await readAnchors(db.pool)
  await tamper(workspace, 'create table kept as select * from audit_anchors')
  for (const text of [
    `delete from audit_anchors where id = '${middle!.id}'`,
    `update audit_anchors set heads = '[]' where id = '${middle!.id}'`,
    `update audit_anchors set at = at + interval '1 ms' where id = '${middle!.id}'`,
  ]) {
    await tamper(workspace, text)
    assert.equal((await faultIn(workspace))?.reason, 'ANCHOR', text)
    await tamper(workspace, 'delete from audit_anchors', 'insert into audit_anchors select * from kept')
  }
  assert.equal(await faultIn(workspace), null)
})

test('an entry that was never written is found, wherever it is put', async () => {
  await using workspace = await openWorkspace()
  await fill(workspace.ctx, 6)
  // Room is made for it: what stands behind it keeps its hashes.
  await tamper(
    workspace,
    `insert into audit_entries select chain_id, seq + 100, ${COLUMNS} from audit_entries where seq >= 4`,
    'delete from audit_entries where seq between 4 and 99',
    'update audit_entries set seq = seq - 99 where seq > 99',
    `insert into audit_entries (chain_id, seq, id, at, actor_kind, verb, result, prev_hash, hash)
      select chain_id, 4, gen_random_uuid(), at, 'SYSTEM', 'never.was', 'DONE', hash, sha256('x') from audit_entries where seq = 3`,
  )
  assert.deepEqual(await faultIn(workspace), { reason: 'INSERTED', seq: 4, entries: 3 })
})

test('entries that were swapped or put at another place are found', async () => {
  await using workspace = await openWorkspace()
  await fill(workspace.ctx, 8)
  await tamper(workspace, 'create table kept as select * from audit_entries')
  const swap = (
    a: number,
    b: number,
  ) => `update audit_entries set seq = 1000 where seq = ${a}; update audit_entries set seq = ${a} where seq = ${b};
    update audit_entries set seq = ${b} where seq = 1000`
  for (const [a, b] of [
    [3, 4],
    [2, 7],
    [1, 8],
  ] as const) {
    await tamper(workspace, swap(a, b))
    assert.deepEqual(await faultIn(workspace), { reason: 'REORDERED', seq: a, entries: a - 1 }, `${a} and ${b}`)
    await tamper(workspace, 'delete from audit_entries', 'insert into audit_entries select * from kept')
  }
})

test('an entry that is told a second time is found, of the same project and of another one', async () => {
  await using workspace = await openWorkspace()
  const { ctx, projectId } = workspace
  const other = await otherProject(workspace)
  await fill(ctx, 3)
  await fill(other, 2, 'theirs')
  await fill(ctx, 2)
  await tamper(workspace, 'create table kept as select * from audit_entries')
  await tamper(workspace, `insert into audit_entries select chain_id, 8, ${COLUMNS} from audit_entries where seq = 2`)
  assert.deepEqual(await faultIn(workspace), { reason: 'INSERTED', seq: 8, entries: 7 }, 'there is none between')
  await tamper(workspace, 'delete from audit_entries where seq = 8')
  await tamper(
    workspace,
    `insert into audit_entries select chain_id, 8, ${COLUMNS} from audit_entries where seq = 4`,
    `update audit_entries set project_id = '${projectId}' where seq = 8`,
  )
  assert.equal((await faultIn(workspace))?.reason, 'OTHER_PROJECT')
  await tamper(workspace, 'delete from audit_entries', 'insert into audit_entries select * from kept')
  await tamper(workspace, `update audit_entries set project_id = '${projectId}' where seq = 5`)
  assert.deepEqual(await faultIn(workspace), { reason: 'OTHER_PROJECT', seq: 5, entries: 4 })
  await tamper(workspace, 'update audit_entries set project_id = null where seq = 4')
  assert.deepEqual(await faultIn(workspace), { reason: 'OTHER_PROJECT', seq: 4, entries: 3 })
})

test('a chain that was continued from a restored copy is found', async () => {
  await using workspace = await openWorkspace()
  const { ctx, db } = workspace
  await fill(ctx, 3)
  // Two processes go on where the copy ends, each as if it were alone, and what they wrote is put together.
  await fill(ctx, 2, 'here')
  const entries = await readChained(db.pool, FIRST_PLACE, 10)
  const fifth = entries[4]!
  // The fifth of the other process follows a fourth that is not here.
  const elsewhere = { ...fifth, prevHash: 'ab'.repeat(32) }
  const hash = hashOf(await ensureAuditKey(db), elsewhere.prevHash, elsewhere, elsewhere.chainId, 5)
  await tamper(workspace, `update audit_entries set prev_hash = '\\x${elsewhere.prevHash}', hash = '\\x${hash}' where seq = 5`)
  assert.deepEqual(await faultIn(workspace), { reason: 'FORKED', seq: 5, entries: 4 })
})

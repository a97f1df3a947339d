import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audited } from '../server/store/audited.ts'
import { startServer, type TestServer } from './server.ts'
import { openWorkspace } from './workspace.ts'

const LIMIT_MS = 20_000

/** The newest anchor as everybody may read it, as soon as there is one. */
async function anchorAt({ url, output }: TestServer): Promise<{ hash: string }> {
  for (const limit = Date.now() + LIMIT_MS; Date.now() < limit; ) {
    const response = await fetch(`${url}/audit/anchor`)
    if (response.ok) return (await response.json()) as { hash: string }
    await response.body?.cancel()
  }
  throw new Error(`no anchor within ${LIMIT_MS} ms; the server printed:\n${output()}`)
}

for (const SCHEDULER of ['off', 'external', 'in-process']) {
  test(`a start with SCHEDULER=${SCHEDULER} anchors the audit, two of them once, and both end cleanly`, async () => {
    await using workspace = await openWorkspace()
    await audited(workspace.ctx, async (_, note) => note({ verb: 'thing.made' }))
    const env = { SCHEDULER, LOG_LEVEL: 'info' }
    const servers = await Promise.all([1, 2].map(() => startServer({ databaseUrl: workspace.url, env })))
    const hashes = await Promise.all(servers.map(anchorAt))
    // An end waits for a look that is under way.
    assert.deepEqual(await Promise.all(servers.map((server) => server.stop())), [0, 0])
    assert.equal(hashes[0]!.hash, hashes[1]!.hash)
    const told = servers.flatMap((server) => server.output().match(/"hash":"[0-9a-f]{64}".*"anchor of the audit"/g) ?? [])
    assert.equal(told.length, 1, told.join('\n'))
    assert.ok(told[0]!.includes(hashes[0]!.hash))
    const { rows } = await workspace.db.pool.query('select from audit_anchors')
    assert.equal(rows.length, 1)
  })
}

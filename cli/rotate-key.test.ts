import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { docket } from '../test/docket-cli.ts'
import { testDatabase } from '../test/harness.ts'
import { startReceiver } from '../test/receiver.ts'
import { startServer } from '../test/server.ts'

const OLD = 'the key of this database before, 32 or more'
const NEW = 'the key of this database from now on, 32 or more'

test('a key is changed: with both keys, sealed anew, with the new one alone', async () => {
  await using database = await testDatabase()
  await using target = await startReceiver()
  const start = (env: Record<string, string>) => startServer({ databaseUrl: database.url, env })
  let actionId: string
  let receiptUrl: string

  {
    await using server = await start({ SECRET_KEY: OLD })
    await server.client.secrets.set('TOKEN', 'a value that stays')
    const headers = { authorization: 'Bearer {{secret.TOKEN}}' }
    actionId = (await server.client.actions.create({ name: 'a', target: { url: `${target.url}/` }, headers })).id
    receiptUrl = (await server.client.actions.invokeNow(actionId)).receiptUrl
    await target.arrived(1)
  }
  const { headers: before } = target.arrivals[0]!

  await assert.rejects(
    start({ SECRET_KEY: NEW }),
    /ended with 1 before it had greeted.*sealed by the key [0-9a-f]{8}.*SECRET_KEY_PREVIOUS/s,
  )

  {
    await using server = await start({ SECRET_KEY: NEW, SECRET_KEY_PREVIOUS: OLD })
    const here = receiptUrl.replace(/^http:\/\/[^/]+/, server.url)
    assert.equal((await fetch(`${here}.json`)).status, 200)
    const env = { DOCKET_URL: server.url, DOCKET_TOKEN: server.token }
    const first = await docket(tmpdir(), ['rotate-key'], env)
    assert.deepEqual([first.code, first.err], [0, ''])
    assert.match(
      first.out,
      /^Sealed anew: headers of requests 1, secrets 1, signing secrets 1, keys of receipts 1, keys of the audit 1\.\n.*SECRET_KEY_PREVIOUS may go\./,
    )
    const again = await docket(tmpdir(), ['rotate-key', '--json'], env)
    assert.deepEqual(JSON.parse(again.out), {
      resealed: { headers: 0, secrets: 0, signingSecrets: 0, receiptKeys: 0, auditKeys: 0 },
      unreadable: 0,
    })
  }

  await using server = await start({ SECRET_KEY: NEW })
  await server.client.actions.invokeNow(actionId)
  const [, after] = await target.arrived(2)
  assert.equal(after!.headers.authorization, before.authorization)
  assert.equal(after!.headers.authorization, 'Bearer a value that stays')
  await assert.rejects(start({ SECRET_KEY: OLD }), /sealed by the key/)
})

test('a wrong command line and a server that is not there are told apart', async () => {
  assert.equal((await docket(tmpdir(), ['rotate-key', '--now'])).code, 2)
  const { code, err } = await docket(tmpdir(), ['rotate-key', '--url', 'http://127.0.0.1:9'])
  assert.equal(code, 1)
  assert.match(err, /UNREACHABLE/)
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { testDatabase } from './harness.ts'
import { startServer } from './server.ts'

const root = resolve(import.meta.dirname, '..')

test('the examples of the README do what it says', async (t) => {
  const examples = examplesOf(readFileSync(join(root, 'README.md'), 'utf8'))
  assert.deepEqual(
    examples.map(({ language }) => language),
    ['sh', 'ts', 'ts', 'ts'],
  )
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  // Inside the package, so that 'docket/sdk' means this very one; the shell's part in a folder that looks like a fresh checkout.
  const inside = join(root, '.cache', `readme-${process.pid}`)
  const outside = mkdtempSync(join(tmpdir(), 'docket-readme-'))
  mkdirSync(inside, { recursive: true })
  mkdirSync(join(outside, 'data'))
  writeFileSync(join(outside, 'data', 'admin-token'), `${server.token}\n`)
  t.after(() => {
    for (const folder of [inside, outside]) rmSync(folder, { recursive: true, force: true })
  })
  const run = (index: number) => {
    const { language, text } = examples[index]!
    const here = text.replaceAll('http://127.0.0.1:4600', server.url)
    if (language === 'sh') return output('sh', ['-euc', here], outside)
    const file = join(inside, `example-${index}.ts`)
    writeFileSync(file, here)
    return output(process.execPath, [file], outside, { DOCKET_TOKEN: server.token })
  }

  await t.test('curl sends a request that succeeds', async () => {
    const { data } = JSON.parse(await run(0)) as { data: { send: { id: string; status: string; receiptUrl: string } } }
    assert.match(data.send.id, /^inv_/)
    const states: string[] = []
    for await (const { status } of server.client.watchReceipt(data.send.receiptUrl)) states.push(status)
    assert.equal(states.at(-1), 'SUCCEEDED')
  })

  await t.test('the SDK makes an action and watches a run of it', async () => {
    const lines = (await run(1)).trim().split('\n')
    assert.match(lines[0]!, /New_York.* next \d{4}-\d\d-\d\dT\d\d:30:00\.000Z$/)
    assert.equal(lines.at(-1), 'SUCCEEDED 200')
  })

  await t.test('the receiver does what is signed, once, and nothing else', async (t) => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}/`
    const service = await server.client.services.create({ name: 'receiver', baseUrl: url })
    const file = join(inside, 'receiver.ts')
    writeFileSync(file, examples[3]!.text.replace('4700', String(port)))
    const env = { PATH: process.env.PATH, SIGNING_SECRET: service.newSigningSecret! }
    const receiver = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    receiver.stdout.on('data', (chunk) => {
      said += chunk
    })
    const gone = once(receiver, 'close')
    t.after(async () => {
      receiver.kill()
      await gone
    })
    for (let open = false; !open; )
      open = await fetch(url).then(
        ({ status }) => status === 401,
        () => false,
      )

    const body = '{"total":"12 €"}'
    const run = await server.client.send({ serviceId: service.id, path: '/', body: JSON.parse(body) })
    const states: (number | null | undefined)[] = []
    for await (const { responseCode } of server.client.watchReceipt(run.receiptUrl)) states.push(responseCode)
    assert.equal(states.at(-1), 200)

    const signer = new Webhook(service.newSigningSecret!)
    const ask = async (id: string, at: Date, sent: string, signature = signer.sign(id, at, body)) => {
      const headers = { 'webhook-id': id, 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': signature }
      return (await fetch(url, { method: 'POST', headers, body: sent })).status
    }
    const now = new Date()
    const other = new Webhook(Buffer.alloc(32, 1).toString('base64')).sign('inv_a', now, body)
    const good = signer.sign('inv_a', now, body)
    assert.equal(await ask('inv_a', now, body), 200)
    assert.equal(await ask('inv_a', now, body, `v2,x ${other} ${good}`), 200)
    assert.equal(await ask('inv_b', now, body, good), 401)
    assert.equal(await ask('inv_a', now, `${body} `, good), 401)
    assert.equal(await ask('inv_a', now, body, other), 401)
    assert.equal(await ask('inv_a', now, body, good.replace('v1,', 'v2,')), 401)
    assert.equal(await ask('inv_a', now, body, 'ä'.repeat(47)), 401)
    for (const minutes of [-6, 6]) assert.equal(await ask('inv_c', new Date(now.getTime() + minutes * 60_000), body), 401)
    receiver.kill()
    await gone
    assert.equal(said, `do the work of ${run.id}\ndo the work of inv_a\n`)
  })

  await t.test('a watch from the first event replays and ends at the first success', async () => {
    const lines = (await run(2)).trim().split('\n')
    assert.match(lines.at(-1)!, /^invocation\.succeeded /)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}

function examplesOf(markdown: string): { language: string; text: string }[] {
  return [...markdown.matchAll(/^```(sh|ts)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }))
}

function output(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    let complained = ''
    child.stdout.on('data', (chunk) => {
      said += chunk
    })
    child.stderr.on('data', (chunk) => {
      complained += chunk
    })
    child.once('error', fail)
    child.once('close', (code) => {
      if (code === 0) done(said)
      else fail(new Error(`${command} ended with ${code}:\n${complained}\n${said}`))
    })
  })
}

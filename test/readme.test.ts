import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { testDatabase } from './harness.ts'
import { startServer } from './server.ts'

const root = resolve(import.meta.dirname, '..')

test('the examples of the README do what it says', async (t) => {
  const examples = examplesOf(readFileSync(join(root, 'README.md'), 'utf8'))
  assert.deepEqual(
    examples.map(({ language }) => language),
    ['sh', 'ts', 'ts'],
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

  await t.test('a watch from the first event replays and ends at the first success', async () => {
    const lines = (await run(2)).trim().split('\n')
    assert.match(lines.at(-1)!, /^invocation\.succeeded /)
  })
})

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

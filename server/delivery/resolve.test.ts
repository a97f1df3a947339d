import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve as pathOf } from 'node:path'
import { test } from 'node:test'
import type { ConnectError } from './connect-error.ts'
import { createResolve, type Lookup } from './resolve.ts'

const TIMEOUT_MS = 50
const ADDRESS = ['192.0.2.1']

/** Answers as many questions at a time as it has places; those about `dead` names hold theirs until they are told to fail, in order. */
function system(places: number, dead: (name: string) => boolean) {
  const asked: string[] = []
  const queue: (() => void)[] = []
  const held: (() => void)[] = []
  let free = places
  const next = () => {
    while (free > 0 && queue.length > 0) {
      free--
      queue.shift()!()
    }
  }
  const lookup: Lookup = (name, done) => {
    asked.push(name)
    queue.push(() => {
      const end = (error: Error | null) => {
        free++
        done(error, error ? [] : ADDRESS)
        next()
      }
      if (dead(name)) held.push(() => end(Object.assign(new Error('timed out'), { code: 'EAI_AGAIN' })))
      else setImmediate(end, null)
    })
    next()
  }
  return { lookup, asked, held }
}

const asking = (lookup: Lookup, restMs?: number) => {
  const resolve = createResolve(lookup, TIMEOUT_MS, restMs)
  return (name: string) =>
    new Promise<{ code: string; ms: number }>((answer) => {
      const since = performance.now()
      resolve(name, (error: ConnectError | null) => answer({ code: error?.code ?? 'FOUND', ms: performance.now() - since }))
    })
}

test('names that nobody answers for are asked for once, fail at once from then on, and leave room for all others', async () => {
  const names = Array.from({ length: 12 }, (_, n) => `${n}.dead.example`)
  const { lookup, asked } = system(16, (name) => name.endsWith('.dead.example'))
  const resolve = asking(lookup)
  const answers = await Promise.all(names.flatMap((name) => [resolve(name), resolve(name)]))
  assert.deepEqual(new Set(answers.map(({ code }) => code)), new Set(['DNS_TIMEOUT']))
  for (let n = 0; n < 100; n++) {
    const [found, ...again] = await Promise.all([resolve(`${n}.example`), ...names.map(resolve)])
    assert.equal(found!.code, 'FOUND')
    for (const { code, ms } of again) assert.ok(code === 'DNS_TIMEOUT' && ms < TIMEOUT_MS, `${code} after ${ms} ms`)
  }
  assert.equal(asked.length, names.length + 100)
})

test('a name that the system gives up on has its rest after that, and is then asked for again; one answer ends the rest', async () => {
  let dead = true
  const { lookup, asked, held } = system(16, () => dead)
  const resolve = asking(lookup, 100)
  assert.equal((await resolve('a.example')).code, 'DNS_TIMEOUT')
  held.shift()!()
  assert.equal((await resolve('a.example')).code, 'DNS_TIMEOUT')
  assert.deepEqual(asked, ['a.example'])
  dead = false
  let found = await resolve('a.example')
  for (const since = performance.now(); found.code !== 'FOUND' && performance.now() - since < 10_000; ) found = await resolve('a.example')
  assert.equal(found.code, 'FOUND')
  assert.equal(asked.length, 2)
  assert.equal((await resolve('a.example')).code, 'FOUND')
})

test('an answer that comes late, but is one, is worth asking again', async () => {
  const waiting: Parameters<Lookup>[1][] = []
  const resolve = asking((_, done) => waiting.push(done))
  assert.equal((await resolve('slow.example')).code, 'DNS_TIMEOUT')
  waiting[0]!(null, ADDRESS)
  const next = resolve('slow.example')
  waiting[1]!(null, ADDRESS)
  assert.equal((await next).code, 'FOUND')
})

test('of names at rest a thousand are known: the oldest may take its time again', async () => {
  const { lookup } = system(Number.POSITIVE_INFINITY, () => true)
  const resolve = asking(lookup, 60_000)
  await Promise.all(Array.from({ length: 1_001 }, (_, n) => resolve(`${n}.example`)))
  const [known, oldest] = await Promise.all([resolve('1.example'), resolve('0.example')])
  assert.ok(known.ms < TIMEOUT_MS - 1, `${known.ms} ms`)
  assert.ok(oldest.ms >= TIMEOUT_MS - 1, `${oldest.ms} ms`)
})

/** As `npm start` begins; prints what happens while more tasks than the usual four never end. */
const CROWDED = `
import { execFileSync } from 'node:child_process'
import { open } from 'node:fs'
import { lookup } from 'node:dns'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
const pipe = join(mkdtempSync(join(tmpdir(), 'docket-pool-')), 'pipe')
execFileSync('mkfifo', [pipe])
for (let n = 0; n < 8; n++) open(pipe, 'r', () => {})
lookup('localhost', () => console.log('answered'))`

test('the server starts with more threads than the four that two dead names would take', async () => {
  const preload = pathOf(import.meta.dirname, '../../scripts/require-node-24.cjs')
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env
  const child = spawn(process.execPath, ['-r', preload, '--input-type=module', '-e', CROWDED], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // Only when it never answers, which is the fault, does this end the wait.
  const deadline = setTimeout(() => child.kill('SIGKILL'), 20_000)
  const printed = await Promise.race([
    once(child.stdout, 'data').then(([data]) => String(data).trim()),
    once(child, 'exit').then(() => 'nothing'),
  ])
  clearTimeout(deadline)
  child.kill('SIGKILL')
  assert.equal(printed, 'answered')
})

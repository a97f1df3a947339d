import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, test } from 'node:test'
import { docket as runDocket } from '../test/docket-cli.ts'
import { testDatabase } from '../test/harness.ts'
import { startServer } from '../test/server.ts'

const folder = mkdtempSync(join(tmpdir(), 'docket-cli-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const docket = (args: readonly string[], env?: Record<string, string>) => runDocket(folder, args, env)

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const YEAR = ['--from', '2026-01-01T00:00:00Z', '--to', '2027-01-01T00:00:00Z']
const nightly = { name: 'Nightly report', schedule: { cronExpression: '30 2 * * *', timezone: 'Europe/Berlin' }, retryable: true }
const actions = file('two.json', { actions: [nightly, { name: 'Hourly', schedule: { every: 'hourly' } }] })

test('a year of a file, for people', async () => {
  const { code, out, err } = await docket(['simulate', ...YEAR, '--file', actions])
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^2026-01-01T00:00:00\.000Z to 2027-01-01T00:00:00\.000Z, seed 1$/m)
  assert.match(out, /^Nightly report +365 +365 +0 +0 +0 +365 +0 +0 +0 s$/m)
  assert.match(out, /^Timeline \(the first 20 of [\d,]+\)$/m)
  assert.match(out, /^Digest [0-9a-f]{64}$/m)
})

test('for programs: the same answer twice, another one for another seed, and lines of which it is the digest', async () => {
  const args = ['simulate', ...YEAR, '--file', actions, '--failure-rate', '0.2', '--duration', '100ms..2s']
  const [once, twice, other, lines] = await Promise.all([
    docket([...args, '--json']),
    docket([...args, '--json']),
    docket([...args, '--json', '--seed', '2']),
    docket([...args, '--timeline']),
  ])
  assert.equal(once.out, twice.out)
  const answer = JSON.parse(once.out)
  assert.notEqual(JSON.parse(other.out).digest, answer.digest)
  assert.equal(createHash('sha256').update(lines.out).digest('hex'), answer.digest)
  assert.equal(lines.out.trimEnd().split('\n').length, answer.entries)
  assert.equal(answer.timeline[0].at, JSON.parse(lines.out.split('\n', 1)[0]!).at)
  assert.deepEqual([answer.actions[0].action, answer.actions[0].occurrences, answer.seed], ['Nightly report', 365, 1])
  assert.ok(answer.actions[0].retries > 0)
})

test('a downtime', async () => {
  const down = ['--down', '2026-03-01T02:10:00Z..2026-03-01T05:20:00Z']
  const { out } = await docket(['simulate', '--from', '2026-03-01', '--to', '2026-03-02', '--file', actions, ...down, '--json'])
  assert.deepEqual(JSON.parse(out).actions[1].missedBy, { SCHEDULER_DOWN: 3 })
})

test('the actions of a server, with the address and the token from the environment', async () => {
  await using database = await testDatabase()
  await using server = await startServer({ databaseUrl: database.url })
  const target = { url: 'https://api.example.com/hook' }
  await server.client.actions.create({ ...nightly, target, overlapPolicy: 'QUEUE_ONE' })
  await server.client.actions.create({ name: 'By hand', target })
  await server.client.actions.create({ name: 'Interval', target, schedule: { every: 'PT8H', timezone: 'UTC', spreadSeconds: 60 } })
  const env = { DOCKET_URL: server.url, DOCKET_TOKEN: server.token }
  const fromEnvironment = await docket(['simulate', ...YEAR, '--json'], env)
  assert.deepEqual([fromEnvironment.code, fromEnvironment.err], [0, ''])
  const counts: { action: string; occurrences: number }[] = JSON.parse(fromEnvironment.out).actions
  assert.deepEqual(new Set(counts.map(({ action }) => action)), new Set(['Nightly report', 'Interval']))
  assert.equal(counts.find(({ action }) => action === 'Nightly report')!.occurrences, 365)
  const byOptions = await docket(['simulate', ...YEAR, '--json', '--url', server.url, '--token', server.token])
  assert.equal(byOptions.out, fromEnvironment.out)

  const stranger = await docket(['simulate', ...YEAR, '--url', server.url, '--token', 'wrong'])
  assert.equal(stranger.code, 1)
  assert.match(stranger.err, /\(UNAUTHENTICATED\)\n$/)
})

test('a server that does not answer is a refusal', async () => {
  const { code, err } = await docket(['simulate', ...YEAR, '--url', 'http://127.0.0.1:9'])
  assert.deepEqual([code, err], [1, 'docket simulate: No answer from http://127.0.0.1:9/graphql. (UNREACHABLE)\n'])
})

test('wrong content of a file is refused with its place and a sentence', async () => {
  const refused = async (content: unknown) => {
    const { code, out, err } = await docket(['simulate', ...YEAR, '--file', file('refused.json', content)])
    assert.deepEqual([code, out], [1, ''])
    return err
  }
  const schedule = { cronExpression: '61 * * * *', timezone: 'UTC' }
  assert.match(
    await refused([nightly, { name: 'x', schedule }]),
    /^docket simulate: actions\[1\]\.schedule\.cronExpression: .+ \(INVALID_CRON\)\n$/,
  )
  assert.match(
    await refused([{ name: 'x', overlap: 'SKIP' }]),
    /actions\[0\]\.overlap: An action has no field overlap; it has .*overlapPolicy/,
  )
  assert.match(
    await refused([{ name: 'x', overlapPolicy: 'NEVER' }]),
    /actions\[0\]\.overlapPolicy: .* SKIP, QUEUE_ONE, ALLOW, CANCEL_OTHER/,
  )
  assert.match(
    await refused([{ name: 'x', simulate: { duration: '5 years' } }]),
    /actions\[0\]\.simulate\.duration: duration must be a time such as "200ms"/,
  )
  assert.match(await refused([{}]), /actions\[0\]\.name: /)
  assert.match(await refused({ tasks: [] }), /actions: There must be a list of actions/)
  assert.match(
    await refused([{ ...nightly, schedule: { ...nightly.schedule, calendarId: 'x' } }]),
    /schedule\.calendarId: calendars has no entry/,
  )
})

test('a wrong command line gets exit code 2 and what would be right', async () => {
  const cases: [args: string[], sentence: RegExp][] = [
    [[], /Usage: docket <command>/],
    [['simulat'], /there is no command "simulat"; there is .*simulate/],
    [['simulate'], /--from and --to say which times/],
    [
      ['simulate', '--from', 'yesterday', '--to', '2026-02-01'],
      /--from must be an existing time such as 2026-01-01T00:00:00Z.*not "yesterday"/,
    ],
    [['simulate', '--from', '2026-02-30', '--to', '2026-04-01'], /--from must be an existing time/],
    [['simulate', '--from', '2026-02-01', '--to', '2026-01-01'], /--to must be later than --from/],
    [['simulate', '--from', '2026-02-01', '--to', '2126-01-01'], /--to must be at most 10 years after --from/],
    [['simulate', ...YEAR, '--sed', '1'], /There is no option --sed; there are --from, --to/],
    [['simulate', ...YEAR, '--seed', 'one'], /--seed must be a whole number from 0 to/],
    [['simulate', ...YEAR, '--failure-rate', '5'], /--failure-rate must be a number from 0 to 1, not "5"/],
    [['simulate', ...YEAR, '--duration', 'long'], /--duration must be a time such as "200ms"/],
    [['simulate', ...YEAR, '--down', '2026-03-01'], /--down must be <from>\.\.<to>/],
    [['simulate', ...YEAR, '--down', '2025-03-01..2025-04-01'], /--down must lie between --from and --to/],
    [['simulate', ...YEAR, '--file', 'nowhere.json'], /--file must name a file that can be read/],
    [['simulate', ...YEAR, '--file', file('broken.json', '{')], /--file must hold JSON/],
    [['simulate', ...YEAR, '--file', actions, '--url', 'http://x'], /not from both/],
    [['simulate', ...YEAR, '--json', '--timeline'], /choose one/],
    [['simulate', ...YEAR, 'extra'], /"extra" belongs to no option/],
  ]
  for (const [args, sentence] of cases) {
    const { code, out, err } = await docket(args)
    assert.deepEqual([code, out], [2, ''], args.join(' '))
    assert.match(err, sentence)
  }
})

test('help is an answer', async () => {
  const [all, one, short] = await Promise.all([docket(['--help']), docket(['simulate', '--help']), docket(['simulate', '-h'])])
  assert.deepEqual([all.code, one.code], [0, 0])
  assert.match(all.out, /simulate +play schedules through/)
  assert.match(one.out, /--down <from>\.\.<to>/)
  assert.equal(short.out, one.out)
})

test('the example of docs/simulate.md is what comes out', async () => {
  const page = readFileSync(resolve(import.meta.dirname, '../docs/simulate.md'), 'utf8')
  const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\\n\`\`\``).exec(page)![1]!
  file('actions.json', block('json'))
  const [, args] = /^npm run docket -- (.*)$/.exec(block('sh'))!
  const { out } = await docket(args!.split(' '))
  assert.equal(out.trimEnd(), block('text'))
})

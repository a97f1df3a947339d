import { type ActionInput, readActions } from '../server/simulate/read-actions.ts'
import { simulate } from '../server/simulate/simulate.ts'

// node bench/simulate.ts: a year of 50 actions, and a year of one that runs every minute. Each twice; the digests must be equal.

const FROM = Date.parse('2026-01-01T00:00:00Z')
const TO = Date.parse('2027-01-01T00:00:00Z')
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney']

const many = (count: number, name: string, expressionOf: (i: number) => string, more: Partial<ActionInput> = {}): ActionInput[] =>
  Array.from({ length: count }, (_, i) => ({
    name: `${name} ${i + 1}`,
    schedule: { cronExpression: expressionOf(i), timezone: ZONES[i % ZONES.length]! },
    retryable: true,
    ...more,
  }))

/** As an installation looks: few things run every minute, most once a day or less. */
const FIFTY: ActionInput[] = [
  ...many(1, 'every minute', () => '* * * * *'),
  ...many(5, 'every five minutes', () => '*/5 * * * *', {
    overlapPolicy: 'QUEUE_ONE',
    simulate: { duration: '1s..6m' },
    timeoutSeconds: 300,
  }),
  ...many(8, 'every quarter', (i) => `${i}/15 * * * *`, { overlapPolicy: 'CANCEL_OTHER' }),
  ...many(12, 'hourly', (i) => `${i * 5} * * * *`),
  ...many(14, 'daily', (i) => `30 ${i} * * *`),
  ...many(6, 'weekdays', (i) => `0 ${6 + i} * * 1-5`),
  ...many(4, 'monthly', (i) => `0 3 ${i === 3 ? 'L' : i + 1} * *`),
]

for (const [name, inputs] of [
  ['50 actions', FIFTY],
  ['1 action, every minute', many(1, 'every minute', () => '* * * * *')],
] as const) {
  const actions = readActions(inputs, FROM)
  const play = () => {
    const begun = performance.now()
    const before = process.cpuUsage()
    const { total, entries, digest } = simulate({ actions, from: FROM, to: TO, target: { durationMs: [100, 2_000], failureRate: 0.05 } })
    const { user, system } = process.cpuUsage(before)
    const took = `${((performance.now() - begun) / 1_000).toFixed(2)} s (${((user + system) / 1e6).toFixed(2)} s of processor time)`
    return { took, total, entries, digest }
  }
  const first = play()
  const second = play()
  if (first.digest !== second.digest) throw new Error(`${name}: two digests, ${first.digest} and ${second.digest}`)
  const { occurrences, attempts } = first.total
  console.log(
    `${name}, a year: ${first.took} and ${second.took}, ${occurrences} occurrences, ${attempts} attempts, ` +
      `${first.entries} entries, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB, digest ${first.digest}`,
  )
}

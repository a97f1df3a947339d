import { busiestMinutes } from '../server/domain/busiest.ts'
import { previewSchedule } from '../server/domain/preview.ts'
import { nextRun, runsBetween } from '../server/domain/recurring.ts'
import { warmUpZones } from '../server/domain/warm-up-zones.ts'
import cases from '../test/cases/cron.json' with { type: 'json' }
import { cronRule } from '../test/schedule-rule.ts'
import { chance } from '../test/seed.ts'

// What the next occurrence of a schedule costs: `node bench/next-occurrence.ts`.

const DAY_MS = 86_400_000
const started = performance.now()
warmUpZones(Date.now())
print('warm-up of the zones', performance.now() - started)

const random = chance(Number(process.argv[2] ?? 1))
const zones = Intl.supportedValuesOf('timeZone')
const CALLS = 100_000

// Every expression of the case file in any zone at any instant of 60 years: most calls meet a date that was not read before.
const cold: number[] = []
const warm: number[] = []
for (let call = 0; call < CALLS; call++) {
  const { expr } = cases[Math.floor(random() * cases.length)]!
  const rule = cronRule(expr, zones[Math.floor(random() * zones.length)])
  const after = Date.UTC(1990) + Math.floor(random() * 60 * 365 * DAY_MS)
  cold.push(timed(() => nextRun(rule, null, after)))
  warm.push(timed(() => nextRun(rule, null, after)))
}
printQuantiles('next, on dates not read before', cold)
printQuantiles('next, on dates read before', warm)

for (const [expression, from] of [
  ['0 0 29 2 *', '2096-03-01T00:00:00Z'],
  ['0 0 * 2 1#5', '2072-03-01T00:00:00Z'],
] as const) {
  const times = Array.from({ length: 1_000 }, () => timed(() => nextRun(cronRule(expression, 'America/New_York'), null, Date.parse(from))))
  printQuantiles(`next of "${expression}" after ${from.slice(0, 4)}`, times)
}

const [year, end] = [Date.parse('2025-01-01T05:00:00Z'), Date.parse('2026-01-01T05:00:00Z')]
const WEEKENDS = { dates: new Set<string>(), weekdays: new Set([6, 7]) }
for (const calendarRule of [null, 'SKIP', 'NEXT_BUSINESS_DAY'] as const) {
  const rule = cronRule('* * * * *', 'America/New_York', { calendarRule })
  let count = 0
  const took = timed(() => {
    count = runsBetween(rule, WEEKENDS, year, end, Number.MAX_SAFE_INTEGER).length
  })
  print(`${count} minutes of a year, calendar ${calendarRule ?? 'none'}`, took)
}
let steps = 0
const stepped = timed(() => {
  for (
    let at = nextRun(cronRule('* * * * *', 'America/New_York'), null, year);
    at! <= end;
    at = nextRun(cronRule('* * * * *', 'America/New_York'), null, at!)
  )
    steps++
})
print(`${steps} minutes of a year, one by one`, stepped)

const never = cronRule('0 9 * * 1', 'Europe/Berlin', { calendarRule: 'SKIP' })
print(
  'a calendar that excludes every run',
  timed(() => nextRun(never, { dates: new Set(), weekdays: new Set([1]) }, year)),
)
print(
  'a preview of 100 runs with warnings',
  timed(() => previewSchedule(cronRule('30 2 * * *', 'America/New_York'), null, year, 100, 0)),
)
const actions = Array.from({ length: 500 }, (_, index) => ({
  id: String(index),
  name: String(index),
  schedule: cronRule('* * * * *', zones[index % zones.length]),
  calendar: null,
  spreadMs: index * 100,
}))
print(
  'the busiest minutes of 500 actions that run each minute of a day',
  timed(() => busiestMinutes(actions, year, year + DAY_MS, 10)),
)

function timed(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

function print(what: string, ms: number): void {
  console.log(`${what}: ${ms.toFixed(1)} ms`)
}

function printQuantiles(what: string, times: number[]): void {
  times.sort((a, b) => a - b)
  const at = (part: number) => times[Math.floor((times.length - 1) * part)]!.toFixed(3)
  console.log(`${what} (${times.length} calls): p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} ms`)
}

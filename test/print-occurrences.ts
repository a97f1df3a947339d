import { readFileSync } from 'node:fs'
import { previewCron } from '../server/domain/preview.ts'
import { nextOccurrence } from '../server/domain/schedule.ts'

// Run as a program of its own, so that a test can compare what it prints under different TZ settings.
interface Case {
  expr: string
  tz: string
  from: string
  policy: 'once' | 'literal'
}

const cases: Case[] = JSON.parse(readFileSync(new URL('cases/cron.json', import.meta.url), 'utf8'))
for (const { expr, tz, from, policy } of cases) {
  const schedule = { cronExpression: expr, timezone: tz, dstPolicy: policy === 'once' ? 'ONCE' : 'LITERAL' } as const
  console.log(expr, nextOccurrence(schedule, Date.parse(from)), JSON.stringify(previewCron(schedule, Date.parse(from), 3)))
}

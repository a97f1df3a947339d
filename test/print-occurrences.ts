import { readFileSync } from 'node:fs'
import { previewSchedule } from '../server/domain/preview.ts'
import { parseScheduledAt } from '../server/domain/scheduled-at.ts'
import { cronRule, intervalRule } from './schedule-rule.ts'

// Run as a program of its own, so that a test can compare what it prints under different TZ settings.
interface Case {
  expr: string
  tz: string
  from: string
  policy: 'once' | 'literal'
}

const calendar = { dates: new Set(['2025-11-03']), weekdays: new Set([6, 7]) }
const cases: Case[] = JSON.parse(readFileSync(new URL('cases/cron.json', import.meta.url), 'utf8'))
for (const { expr, tz, from, policy } of cases) {
  const plain = cronRule(expr, tz, { dstPolicy: policy === 'once' ? 'ONCE' : 'LITERAL' })
  console.log(expr, JSON.stringify(previewSchedule(plain, null, Date.parse(from), 3, 0)))
  const moved = { ...plain, calendarRule: 'NEXT_BUSINESS_DAY' } as const
  console.log(expr, JSON.stringify(previewSchedule(moved, calendar, Date.parse(from), 3, 0)))
  const interval = intervalRule('P1M', from, { timezone: tz })
  console.log('P1M', JSON.stringify(previewSchedule(interval, null, Date.parse(from), 3, 0)))
  console.log(tz, parseScheduledAt('2026-10-25T02:30', Date.parse('2026-01-01'), 'scheduledAt', tz))
}

import { parseCronFields } from './cron-fields.ts'
import { localDays } from './local-days.ts'
import type { Compiled } from './occurrences.ts'
import { canonicalZone } from './zone.ts'

/** A cron expression in a zone. */
export interface CronSchedule {
  cronExpression: string
  timezone: string
  /** ONCE: each named local time runs once per date. LITERAL: a gap is skipped, an overlap runs twice. */
  dstPolicy: 'ONCE' | 'LITERAL'
}

/** Compiled schedules take about 4 kB each; the oldest unused one makes room. */
const COMPILED_KEPT = 2000
const compiledSchedules = new Map<string, Compiled>()

/**
 * The canonical form of an expression: single blanks, nicknames in lower case.
 * @throws DocketError INVALID_CRON on `field`
 */
export const parseCronExpression = (expression: string, field: string): string => parseCronFields(expression, field).text.expression

/**
 * The searchable form of a schedule, remembered by expression, zone and policy.
 * @throws DocketError INVALID_CRON, INVALID_TIMEZONE
 */
export function compile({ cronExpression, timezone, dstPolicy }: CronSchedule): Compiled {
  if (last && last.cronExpression === cronExpression && last.timezone === timezone && last.dstPolicy === dstPolicy) return last.compiled
  const compiled = remembered({ cronExpression, timezone, dstPolicy })
  last = { cronExpression, timezone, dstPolicy, compiled }
  return compiled
}

/** A schedule is mostly asked for many times in a row. */
let last: (CronSchedule & { compiled: Compiled }) | undefined

function remembered({ cronExpression, timezone, dstPolicy }: CronSchedule): Compiled {
  const key = `${cronExpression}\0${timezone}\0${dstPolicy}`
  const known = compiledSchedules.get(key)
  if (known) {
    compiledSchedules.delete(key)
    compiledSchedules.set(key, known)
    return known
  }
  const fields = parseCronFields(cronExpression, 'schedule.cronExpression')
  const zone = canonicalZone(timezone, 'schedule.timezone')
  const made: Compiled = {
    fields,
    timezone: zone,
    zone: localDays(zone),
    realTime: fields.everyHour || dstPolicy === 'LITERAL',
    memo: undefined,
  }
  if (compiledSchedules.size >= COMPILED_KEPT) compiledSchedules.delete(compiledSchedules.keys().next().value!)
  compiledSchedules.set(key, made)
  return made
}

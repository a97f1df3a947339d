import type { ScheduleViewFragment } from '../../sdk/generated/operations.ts'

/** A schedule in two lines: what it says, and the expression and zone it says it in. */
export function scheduleWords(schedule: ScheduleViewFragment): { main: string; detail: string } {
  const zone = schedule.timezone ?? ''
  const main = zone ? schedule.description.replace(new RegExp(`,\\s*${literal(zone)}$`), '') : schedule.description
  const detail = [schedule.cronExpression, zone].filter(Boolean).join(' · ')
  return { main, detail }
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

import type { ScheduleViewFragment } from '../../sdk/generated/operations.ts'
import { exact } from './format.ts'

/** A schedule in two lines: what it says, and the expression or interval and the zone it says it in. `zone` is for a single time that has none. */
export function scheduleWords(
  schedule: Pick<ScheduleViewFragment, 'description' | 'cronExpression' | 'every' | 'recurrence' | 'timezone' | 'scheduledAt'>,
  zone: string,
): { main: string; detail: string } {
  if (schedule.scheduledAt) return { main: 'Once', detail: exact(Date.parse(schedule.scheduledAt), schedule.timezone ?? zone) }
  const named = schedule.timezone ?? ''
  // The zone has its place in the second line.
  const main =
    named && schedule.description.endsWith(`, ${named}`) ? schedule.description.slice(0, -named.length - 2) : schedule.description
  const rolling = schedule.recurrence === 'ROLLING' ? 'from the end of the run before' : ''
  return { main, detail: [schedule.cronExpression ?? schedule.every, rolling, named].filter(Boolean).join(' · ') }
}

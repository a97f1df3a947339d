import { previewRuns } from '../domain/preview.ts'
import { scheduleWarnings } from '../domain/schedule-warnings.ts'
import { goingOn } from '../domain/upcoming.ts'
import type { Action as ActionRow, Calendar as CalendarRow } from '../store/generated/prisma/client.ts'
import { calendarOf, scheduleOf } from '../store/stored-schedule.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'
import { slowness, spreadMsOf } from './preview-schedule.ts'
import { PreviewRun } from './schedule.ts'

const NEXT_RUNS = 5

type WithCalendar = ActionRow & { calendar: CalendarRow | null }

builder.prismaObjectFields(Action, (t) => ({
  nextRunAt: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'Nominal time. Null when nothing is to come: on demand, paused, past, or ROLLING while its run is under way.',
    select: { calendar: true },
    resolve: (action, _, { db }) => nextRuns(action, db.skew.now(), 1)[0]?.at,
  }),
  nextRuns: t.field({
    type: [PreviewRun],
    args: { count: t.arg.int({ defaultValue: NEXT_RUNS }) },
    select: { calendar: true },
    resolve: (action, { count }, { db }) => nextRuns(action, db.skew.now(), count ?? NEXT_RUNS),
  }),
  completed: t.boolean({
    description: 'Its schedule makes no more runs: it made `maxRuns`, or its last time has passed.',
    resolve: (action, _, { db }) => isCompleted(action, db.skew.now()),
  }),
  warnings: t.stringList({
    description: 'What its owner should know about the schedule, such as runs that take longer than the time between them.',
    select: { calendar: true },
    resolve: async (action, _, { db, loaders }) => {
      const schedule = scheduleOf(action)
      if (schedule.kind !== 'RECURRING') return []
      const usualMs = await loaders.usualDurationMs.load(action.id)
      return [...scheduleWarnings(schedule, calendarOfAction(action), db.skew.now()), ...slowness(usualMs, schedule)]
    },
  }),
}))

function nextRuns(action: WithCalendar, now: number, count: number) {
  const { enabled, deletedAt, nextRunAt, maxRuns, runsMade } = action
  let schedule = scheduleOf(action)
  let from = now
  if (schedule.kind === 'RECURRING' && nextRunAt) {
    schedule = goingOn(schedule, nextRunAt.getTime())
    from = Math.max(now, nextRunAt.getTime() - 1)
  }
  // Asked for in any case, as a wrong `count` is refused whatever the state of the action.
  const runs = previewRuns(schedule, calendarOfAction(action), from, count, spreadMsOf(action.id, schedule))
  if (!enabled || deletedAt || (schedule.kind === 'RECURRING' && !nextRunAt)) return []
  return maxRuns === null ? runs : runs.slice(0, Math.max(0, maxRuns - runsMade))
}

const calendarOfAction = ({ calendar }: WithCalendar) => calendar && calendarOf(calendar)

function isCompleted({ kind, enabled, nextRunAt, recurrence, scheduledAt, maxRuns, runsMade, endAt }: ActionRow, now: number): boolean {
  if (kind === 'ONE_TIME') return scheduledAt!.getTime() <= now
  if (kind === 'ON_DEMAND') return false
  const spent = maxRuns !== null && runsMade >= maxRuns
  const past = endAt !== null && endAt.getTime() < now && nextRunAt === null
  return spent || past || (enabled && nextRunAt === null && recurrence !== 'ROLLING')
}

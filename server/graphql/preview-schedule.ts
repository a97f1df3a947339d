import type { ScheduleInput } from '../domain/action-input.ts'
import { type ActionSchedule, editSchedule, parseSchedule } from '../domain/action-schedule.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { previewSchedule as preview, type SchedulePreview } from '../domain/preview.ts'
import { spreadOf } from '../domain/recurring.ts'
import { slowerThanInterval } from '../domain/schedule-warnings.ts'
import { calendarOf, scheduleOf } from '../store/stored-schedule.ts'
import { type Context, projectOf } from './context.ts'

export interface PreviewArgs {
  schedule: ScheduleInput
  from?: Date | null
  count?: number | null
  actionId?: string | null
}

/** How many runs a preview shows when nobody says. */
const PREVIEW_RUNS = 5

/**
 * What a schedule would do, without saving it; with `actionId` as if that action got it.
 * @throws DocketError as saving it would; BAD_USER_INPUT on `count`; NOT_FOUND on `actionId` or `schedule.calendarId`
 */
export async function previewSchedule(context: Context, { schedule: input, from, count, actionId }: PreviewArgs): Promise<SchedulePreview> {
  const projectId = projectOf(context)
  const { prisma } = context.db
  const id = actionId == null ? undefined : internalId('action', actionId, 'actionId')
  const action = id && (await prisma.action.findFirst({ where: { id, projectId, deletedAt: null } }))
  if (id && !action) throw notFound('Action', 'actionId')
  const now = context.db.skew.now()
  const schedule = action ? editSchedule(input, scheduleOf(action), now) : parseSchedule(input, now)
  if (schedule.kind === 'ON_DEMAND') throw new DocketError('INVALID_SCHEDULE', 'Name when it should run.', 'schedule')
  const calendarId = schedule.kind === 'RECURRING' ? schedule.calendarId : null
  const calendar = calendarId && (await prisma.calendar.findFirst({ where: { id: calendarId, projectId } }))
  if (calendarId && !calendar) throw notFound('Calendar', 'schedule.calendarId')
  const days = calendar ? calendarOf(calendar) : null
  const shown = preview(schedule, days, from?.getTime() ?? now, count ?? PREVIEW_RUNS, id ? spreadMsOf(id, schedule) : 0)
  return id ? { ...shown, warnings: [...shown.warnings, ...slowness(await context.loaders.usualDurationMs.load(id), schedule)] } : shown
}

/** How much later than its nominal time each run of an action starts, ms. */
export const spreadMsOf = (actionId: string, schedule: ActionSchedule): number =>
  schedule.kind === 'RECURRING' ? spreadOf(actionId, schedule.spreadSeconds) : 0

/** A warning when runs take longer than the time between them; `usualMs` is undefined for an action that has not run. */
export function slowness(usualMs: number | undefined, schedule: ActionSchedule): string[] {
  const warning = usualMs === undefined ? null : slowerThanInterval(usualMs, schedule)
  return warning === null ? [] : [warning]
}

import { DocketError } from '../domain/errors.ts'
import { describeCron, type SchedulePreview as Preview, previewCron, previewOnce, type PreviewRun as Run } from '../domain/preview.ts'
import { parseCronSchedule, parseScheduledAt } from '../domain/schedule.ts'
import { builder } from './builder.ts'
import { viewerOf } from './context.ts'

/** How many runs a preview shows when nobody says. */
const PREVIEW_RUNS = 5

/** The columns of an action that say when it runs. */
export interface ScheduleColumns {
  cronExpression: string | null
  timezone: string | null
  scheduledAt: Date | null
}

export const PreviewRun = builder.objectRef<Run>('PreviewRun').implement({
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    effectiveAt: t.expose('effectiveAt', { type: 'DateTime' }),
    local: t.exposeString('local'),
    offset: t.exposeString('offset'),
    note: t.exposeString('note', { nullable: true }),
  }),
})

export const Schedule = builder.objectRef<ScheduleColumns>('Schedule').implement({
  fields: (t) => ({
    cronExpression: t.exposeString('cronExpression', { nullable: true }),
    timezone: t.exposeString('timezone', { nullable: true }),
    scheduledAt: t.expose('scheduledAt', { type: 'DateTime', nullable: true }),
    description: t.string({
      description: 'In words, with the zone.',
      resolve: ({ cronExpression, timezone, scheduledAt }) =>
        cronExpression
          ? describeCron({ cronExpression, timezone: timezone ?? 'UTC' })
          : previewOnce(scheduledAt?.getTime() ?? 0, timezone ?? undefined).description,
    }),
  }),
})

export const ScheduleInput = builder.inputType('ScheduleInput', {
  fields: (t) => ({ cronExpression: t.string(), timezone: t.string(), scheduledAt: t.field({ type: 'DateTime' }) }),
})

const SchedulePreview = builder.objectRef<Preview>('SchedulePreview').implement({
  fields: (t) => ({
    runs: t.expose('runs', { type: [PreviewRun] }),
    description: t.exposeString('description'),
    warnings: t.exposeStringList('warnings'),
  }),
})

builder.queryField('schedulePreview', (t) =>
  t.field({
    type: SchedulePreview,
    args: { schedule: t.arg({ type: ScheduleInput, required: true }), from: t.arg({ type: 'DateTime' }), count: t.arg.int() },
    resolve: (_, { schedule, from, count }, context) => {
      viewerOf(context)
      const start = from?.getTime() ?? Date.now()
      if (schedule.cronExpression == null) return previewOf(schedule.scheduledAt, schedule.timezone, start)
      if (schedule.scheduledAt != null) throw twoSchedules()
      const cron = parseCronSchedule({ cronExpression: schedule.cronExpression, timezone: schedule.timezone ?? 'UTC' })
      return previewCron(cron, start, count ?? PREVIEW_RUNS)
    },
  }),
)

function previewOf(scheduledAt: Date | null | undefined, timezone: string | null | undefined, now: number): Preview {
  if (scheduledAt == null) {
    throw new DocketError('INVALID_SCHEDULE', 'A schedule needs cronExpression and timezone, or scheduledAt.', 'schedule')
  }
  return previewOnce(parseScheduledAt(scheduledAt, now), timezone ?? undefined)
}

const twoSchedules = () =>
  new DocketError('INVALID_SCHEDULE', 'A schedule takes cronExpression or scheduledAt, not both.', 'schedule.scheduledAt')

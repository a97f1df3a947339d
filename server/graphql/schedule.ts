import { describeSchedule } from '../domain/describe-schedule.ts'
import type { PreviewRun as Run } from '../domain/preview.ts'
import type { Action as ActionRow, Calendar as CalendarRow } from '../store/generated/prisma/client.ts'
import { scheduleOf } from '../store/stored-schedule.ts'
import { builder } from './builder.ts'
import { Calendar } from './calendar.ts'
import { CalendarRule, DstPolicy, Recurrence } from './enums.ts'

/** The columns of an action that say when it runs. */
export type ScheduleColumns = ActionRow & { calendar: CalendarRow | null }

export const PreviewRun = builder.objectRef<Run>('PreviewRun').implement({
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Nominal time.' }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      description: 'When it starts: the nominal time and the spread of its action.',
    }),
    local: t.exposeString('local', { description: 'The nominal time in the zone of the schedule.' }),
    offset: t.exposeString('offset'),
    note: t.exposeString('note', { nullable: true, description: 'In words: how a change of the clocks or a calendar moved this run.' }),
  }),
})

export const Schedule = builder.objectRef<ScheduleColumns>('Schedule').implement({
  description: 'When an action runs: by `cronExpression`, `every` so often, or once at `scheduledAt`.',
  fields: (t) => ({
    cronExpression: t.exposeString('cronExpression', { nullable: true }),
    every: t.exposeString('every', { nullable: true, description: 'ISO 8601 duration.' }),
    recurrence: t.expose('recurrence', { type: Recurrence, nullable: true, description: 'With `every`.' }),
    anchorAt: t.expose('anchorAt', { type: 'DateTime', nullable: true, description: 'A FIXED interval counts from here.' }),
    scheduledAt: t.expose('scheduledAt', { type: 'DateTime', nullable: true }),
    timezone: t.exposeString('timezone', { nullable: true }),
    startAt: t.expose('startAt', { type: 'DateTime', nullable: true, description: 'No run has an earlier nominal time.' }),
    endAt: t.expose('endAt', { type: 'DateTime', nullable: true, description: 'No run has a later nominal time.' }),
    dstPolicy: t.expose('dstPolicy', { type: DstPolicy }),
    spreadSeconds: t.exposeInt('spreadSeconds', {
      description: 'Each run starts this long after its nominal time at most; the same for all runs of an action.',
    }),
    calendar: t.expose('calendar', { type: Calendar, nullable: true, description: 'Days on which it does not run.' }),
    calendarRule: t.expose('calendarRule', { type: CalendarRule, nullable: true }),
    description: t.string({ description: 'In words, with the zone.', resolve: (action) => describeSchedule(scheduleOf(action)) }),
  }),
})

export const ScheduleInput = builder.inputType('ScheduleInput', {
  description: 'Exactly one of `cronExpression`, `every` and `scheduledAt`.',
  fields: (t) => ({
    cronExpression: t.string({ description: 'Five fields or a nickname such as `@daily`. Needs `timezone`.' }),
    every: t.string({
      description: '`every-30-minutes`, `hourly`, `daily`, `weekly` or an ISO 8601 duration of at least a minute, such as `PT90M`.',
    }),
    recurrence: t.field({ type: Recurrence, description: 'With `every`; default FIXED.' }),
    scheduledAt: t.field({ type: 'ScheduledTime', description: 'In the future; up to 60 s past is taken as now.' }),
    timezone: t.string({
      description: 'IANA name. With `every` the default is UTC; with `scheduledAt` it is shown, and meant where that has no offset.',
    }),
    startAt: t.field({ type: 'DateTime', description: 'First nominal time that may run. A past one never backfills.' }),
    endAt: t.field({ type: 'DateTime', description: 'Last nominal time that may run.' }),
    dstPolicy: t.field({ type: DstPolicy, description: 'Default ONCE.' }),
    spreadSeconds: t.int({ description: 'Default 0.' }),
    calendarId: t.id(),
    calendarRule: t.field({ type: CalendarRule, description: 'With `calendarId`; default SKIP.' }),
  }),
})

import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { parseWhole } from '../domain/text.ts'
import { type ActionDay, comingRuns, localDaysBetween } from '../domain/upcoming.ts'
import { canonicalZone } from '../domain/zone.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'
import { readComing } from './coming-schedules.ts'
import { projectOf } from './context.ts'
import { countDays, type UpcomingDay as Day } from './upcoming-days.ts'

const DAY_MS = 86_400_000
/** A month, whatever clocks do in it. */
const SPAN_MAX_MS = 31 * DAY_MS
const RUNS_DEFAULT = 100
const RUNS_MAX = 1_000
const DAY_ACTIONS_DEFAULT = 10
const DAY_ACTIONS_MAX = 50

interface Run {
  actionId: string
  at: number
  effectiveAt: number
  invocationId: string | null
}

const UpcomingRun = builder.objectRef<Run>('UpcomingRun').implement({
  description: 'A run that is to come, of an enabled action of the project.',
  fields: (t) => ({
    action: t.prismaField({
      type: Action,
      resolve: async (query, { actionId: id }, _, { loaders }) => (await loaders.action.load({ id, query }))!,
    }),
    at: t.expose('at', { type: 'DateTime', description: 'Nominal time.' }),
    effectiveAt: t.expose('effectiveAt', {
      type: 'DateTime',
      description: 'When it starts: the nominal time and the spread of its action.',
    }),
    invocationId: t.id({
      nullable: true,
      description: 'Once it has a row; a schedule makes one shortly before the time.',
      resolve: ({ invocationId }) => invocationId && publicId('invocation', invocationId),
    }),
  }),
})

const UpcomingRuns = builder.objectRef<{ runs: Run[]; truncated: boolean }>('UpcomingRuns').implement({
  fields: (t) => ({
    runs: t.expose('runs', { type: [UpcomingRun], description: 'By the time they start.' }),
    truncated: t.exposeBoolean('truncated', { description: 'There are more runs in this time than are here.' }),
  }),
})

const UpcomingActionDay = builder.objectRef<ActionDay>('UpcomingActionDay').implement({
  description: 'What one action does on one day.',
  fields: (t) => ({
    action: t.prismaField({
      type: Action,
      resolve: async (query, { actionId: id }, _, { loaders }) => (await loaders.action.load({ id, query }))!,
    }),
    runs: t.exposeInt('runs'),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'Nominal time of the first run.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'Nominal time of the last run.' }),
  }),
})

const UpcomingDay = builder.objectRef<Day>('UpcomingDay').implement({
  fields: (t) => ({
    date: t.exposeString('date', { description: '`YYYY-MM-DD` in the zone that was asked for.' }),
    runs: t.exposeInt('runs', { description: 'Runs of all actions on that day.' }),
    actionCount: t.int({ description: 'How many actions run on that day.', resolve: ({ actions }) => actions.length }),
    actions: t.field({
      type: [UpcomingActionDay],
      description: 'By their first run.',
      args: { first: t.arg.int({ description: `1 to ${DAY_ACTIONS_MAX}, default ${DAY_ACTIONS_DEFAULT}.` }) },
      resolve: ({ actions }, { first }) => actions.slice(0, parseWhole(first ?? DAY_ACTIONS_DEFAULT, 'first', 1, DAY_ACTIONS_MAX)),
    }),
  }),
})

const UpcomingDays = builder.objectRef<{ days: Day[]; truncated: boolean }>('UpcomingDays').implement({
  fields: (t) => ({
    days: t.expose('days', { type: [UpcomingDay], description: 'Every day of the span, also one without a run.' }),
    truncated: t.exposeBoolean('truncated', { description: 'There is more than could be counted; some actions are left out.' }),
  }),
})

builder.queryFields((t) => ({
  upcomingRuns: t.field({
    type: UpcomingRuns,
    description: 'The coming runs of all enabled actions of the project; none while its schedules are paused.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: now. What is past is left out.' }),
      to: t.arg({ type: 'DateTime', description: 'Default: a day after `from`; at most 31 days after it.' }),
      first: t.arg.int({ description: `1 to ${RUNS_MAX}, default ${RUNS_DEFAULT}.` }),
    },
    resolve: async (_, args, context) => {
      const limit = parseWhole(args.first ?? RUNS_DEFAULT, 'first', 1, RUNS_MAX)
      const { from, to } = spanOf(args, DAY_MS, context.db.skew.now())
      const { schedules, waiting, truncated } = await readComing(context.db, projectOf(context), from, to)
      const scheduled = comingRuns(schedules, from, to, limit + 1).map((run) => ({ ...run, invocationId: null }))
      const runs: Run[] = [...scheduled, ...waiting.map(({ id, ...run }) => ({ ...run, invocationId: id }))]
      runs.sort((a, b) => a.effectiveAt - b.effectiveAt)
      return { runs: runs.slice(0, limit), truncated: truncated || runs.length > limit }
    },
  }),
  upcomingDays: t.field({
    type: UpcomingDays,
    description: 'The coming runs of all enabled actions of the project, counted per day; none while its schedules are paused.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'Default: now. What is past is left out.' }),
      to: t.arg({ type: 'DateTime', description: 'Default: 30 days after `from`; at most 31 days after it.' }),
      timezone: t.arg.string({ description: 'Where a day begins. Default: UTC.' }),
    },
    resolve: async (_, args, context) => {
      const { from, to } = spanOf(args, 30 * DAY_MS, context.db.skew.now())
      const days = localDaysBetween(from, to, canonicalZone(args.timezone ?? 'UTC', 'timezone'))
      return countDays(await readComing(context.db, projectOf(context), from, to), days)
    },
  }),
}))

/** @throws DocketError BAD_USER_INPUT on `to` */
function spanOf(args: { from?: Date | null; to?: Date | null }, defaultMs: number, now: number): { from: number; to: number } {
  const from = Math.max(args.from?.getTime() ?? now, now)
  const to = args.to?.getTime() ?? from + defaultMs
  if (to <= from || to - from > SPAN_MAX_MS) {
    throw new DocketError('BAD_USER_INPUT', 'to must lie after from (and after now), and at most 31 days after it.', 'to')
  }
  return { from, to }
}

import { queryFromInfo } from '@pothos/plugin-prisma'
import type { Action as ActionRow } from '../store/generated/prisma/client.ts'
import type { Figures, FailureGroup as Group, Stats as StatsShape } from '../store/stats.ts'
import { cachedStats } from '../store/stats-cache.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'

const FailureGroup = builder.objectRef<Group & { action: ActionRow }>('FailureGroup').implement({
  description: 'Failures of one action with one error code.',
  fields: (t) => ({
    action: t.field({ type: Action, resolve: ({ action }) => action }),
    errorCode: t.exposeString('errorCode'),
    count: t.exposeInt('count'),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'When the newest of them was due.' }),
  }),
})

const StatsBucket = builder.objectRef<StatsShape['buckets'][number]>('StatsBucket').implement({
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'It ends where the next one begins, the last one at `Stats.to`.' }),
    succeeded: t.exposeInt('succeeded'),
    failed: t.exposeInt('failed'),
    other: t.int({ description: 'MISSED or CANCELLED.', resolve: ({ missed, cancelled }) => missed + cancelled }),
    latencyP50Ms: t.exposeFloat('latencyP50Ms', { nullable: true }),
    latencyP95Ms: t.exposeFloat('latencyP95Ms', { nullable: true }),
  }),
})

const Stats = builder.objectRef<StatsShape>('Stats').implement({
  description:
    'Invocations that are over, by the time that lists are sorted by: `invocations` with the same `from` and `to` shows them. At most a few seconds old.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'Where the first bucket begins: a multiple of their width in UTC.' }),
    to: t.expose('to', { type: 'DateTime' }),
    total: t.int({ resolve: ({ succeeded, failed, missed, cancelled }) => succeeded + failed + missed + cancelled }),
    succeeded: t.exposeInt('succeeded'),
    failed: t.exposeInt('failed'),
    missed: t.exposeInt('missed'),
    cancelled: t.exposeInt('cancelled'),
    successRate: t.float({ nullable: true, description: 'Of those that were sent, 0 to 1; null when none was.', resolve: successRate }),
    latencyP50Ms: t.exposeFloat('latencyP50Ms', {
      nullable: true,
      description: 'Of the duration of single attempts; beyond 20,000 runs of an even sample of them.',
    }),
    latencyP95Ms: t.exposeFloat('latencyP95Ms', { nullable: true }),
    buckets: t.field({ type: [StatsBucket], description: 'Without gaps; 48 at most.', resolve: ({ buckets }) => buckets }),
    topFailures: t.field({
      type: [FailureGroup],
      description: 'The most frequent among the newest 20,000 failures, ten at most.',
      resolve: async ({ topFailures }, _, context, info) => {
        const query = queryFromInfo({ context, info, typeName: 'Action', path: ['action'] })
        const actions = await Promise.all(topFailures.map(({ actionId }) => context.loaders.action.load({ id: actionId, query })))
        return topFailures.flatMap((group, n) => (actions[n] ? [{ ...group, action: actions[n] }] : []))
      },
    }),
  }),
})

builder.queryField('stats', (t) =>
  t.field({
    type: Stats,
    description: 'The last hours at a glance: 1 to 168, 24 if absent.',
    args: { hours: t.arg.int() },
    resolve: (_, { hours }, context) => cachedStats(context.db.pool, projectOf(context), hours ?? 24),
  }),
)

function successRate({ succeeded, failed }: Figures): number | null {
  const sent = succeeded + failed
  return sent === 0 ? null : succeeded / sent
}

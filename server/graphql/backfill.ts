import { backfill } from '../commands/backfill.ts'
import { cancelBackfill } from '../commands/cancel-backfill.ts'
import { publicId } from '../domain/ids.ts'
import type { BackfillFigures } from '../store/backfill-progress.ts'
import type { Backfill as BackfillRow } from '../store/generated/prisma/client.ts'
import { Action } from './action.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { type Context, commandContext } from './context.ts'
import { BackfillStatus } from './enums.ts'
import { Invocation } from './invocation.ts'
import { Node, registerNode } from './node.ts'

const figure =
  (name: keyof BackfillFigures) =>
  async ({ id }: BackfillRow, _: unknown, { loaders }: Context): Promise<number> =>
    (await loaders.backfillProgress.load(id))![name]

export const Backfill = builder.prismaObject('Backfill', {
  interfaces: [Node],
  description:
    'Repeats the times of a schedule in a span of the past. `total` = `skipped` + `succeeded` + `failed` + `cancelled` + `waiting`. ' +
    'To follow it live, watch the invocations of its action: each of its runs names it, and so does the event `backfill.finished`.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('backfill', id) }),
    action: t.relation('action', { type: Action }),
    from: t.expose('fromAt', { type: 'DateTime' }),
    to: t.expose('toAt', { type: 'DateTime' }),
    status: t.expose('status', { type: BackfillStatus }),
    total: t.int({ description: 'Times of the schedule in the span.', resolve: figure('total') }),
    made: t.int({ description: 'Runs that were made.', resolve: figure('made') }),
    skipped: t.int({ description: 'Times that had succeeded, or were under way, when their turn came.', resolve: figure('skipped') }),
    succeeded: t.int({ resolve: figure('succeeded') }),
    failed: t.int({ resolve: figure('failed') }),
    cancelled: t.int({
      description: 'Runs that were cancelled; after `cancelBackfill` also the times that get no run.',
      resolve: figure('cancelled'),
    }),
    waiting: t.int({ description: 'Runs that are not over, and times whose turn is still to come.', resolve: figure('waiting') }),
    actor: t.field({ type: Actor, resolve: ({ actorKind, actorId }) => ({ kind: actorKind, id: actorId }) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
})

builder.prismaObjectField(Invocation, 'backfill', (t) => t.relation('backfill', { type: Backfill, nullable: true }))

const BackfillResult = builder.objectRef<{ id: string }>('BackfillResult').implement({
  fields: (t) => ({
    backfill: t.prismaField({
      type: Backfill,
      resolve: (query, { id }, _, { db }) => db.prisma.backfill.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    total: t.int({
      description: 'How many times of the schedule the span holds.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.backfillProgress.load(id))!.total,
    }),
  }),
})

builder.mutationFields((t) => ({
  backfill: t.field({
    type: BackfillResult,
    description:
      'Repeats each time of the schedule from `from` to `to` (both inclusive, at most 1,000 times) that has no run which succeeded: ' +
      'one after another, or ten at a time where the action allows overlap.',
    args: {
      actionId: t.arg.id({ required: true }),
      from: t.arg({ type: 'DateTime', required: true }),
      to: t.arg({ type: 'DateTime', required: true }),
    },
    resolve: (_, { actionId, from, to }, context) => backfill(commandContext(context), actionId, { from, to }),
  }),
  cancelBackfill: t.prismaField({
    type: Backfill,
    description: 'Ends a backfill and cancels its runs that were not sent.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await cancelBackfill(commandContext(context), args.id)
      return context.db.prisma.backfill.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

registerNode('backfill', 'Backfill', ({ db }, projectId, ids, query) =>
  db.prisma.backfill.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

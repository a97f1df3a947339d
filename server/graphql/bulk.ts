import { queryFromInfo } from '@pothos/plugin-prisma'
import { bulkCancel } from '../commands/bulk-cancel.ts'
import { bulkRetry } from '../commands/bulk-retry.ts'
import { stopBulkOperation } from '../commands/stop-bulk-operation.ts'
import { parseId, publicId } from '../domain/ids.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { BulkKind, BulkStatus } from './enums.ts'
import { InvocationFilter } from './invocation-list.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const BulkOperation = builder.prismaObject('BulkOperation', {
  interfaces: [Node],
  description:
    'Retries or cancels many invocations, step by step. To follow it, watch invocations: each that it makes or cancels has its event, and so has ' +
    'its end, `bulk.finished`. It is COMPLETED when every retry was made, which is before the last of them is over.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('bulk', id) }),
    kind: t.expose('kind', { type: BulkKind }),
    status: t.expose('status', { type: BulkStatus }),
    total: t.exposeInt('total', {
      description:
        'Invocations that matched when it began, counted up to 100,000 and for two seconds at most; what is found beyond that is added. COMPLETED: `done` + `skipped`.',
    }),
    done: t.exposeInt('done', { description: 'Retries that were made, or invocations that were cancelled.' }),
    skipped: t.exposeInt('skipped', {
      description:
        'Invocations that were not to be changed any more when their turn came: retried with success already, a retry under way, sent.',
    }),
    actor: t.field({ type: Actor, resolve: ({ actorKind, actorId }) => ({ kind: actorKind, id: actorId }) }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }),
})

const BulkOperationConnection = connectionOf('BulkOperation', BulkOperation)

builder.queryFields((t) => ({
  bulkOperation: t.prismaField({
    type: BulkOperation,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) => {
      const projectId = projectOf(context)
      const known = parseId(id)
      return known?.noun === 'bulk' ? context.db.prisma.bulkOperation.findFirst({ ...query, where: { projectId, id: known.uuid } }) : null
    },
  }),
  bulkOperations: t.field({
    type: BulkOperationConnection,
    description: 'Newest first.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context, info) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), id: { lt: idAfter('bulkOperations', after) } }
      const query = queryFromInfo({ context, info, typeName: 'BulkOperation', path: ['edges', 'node'] })
      const rows = await context.db.prisma.bulkOperation.findMany({ ...query, where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('bulkOperations', id))
    },
  }),
}))

const filterArg = { type: InvocationFilter, required: true } as const

builder.mutationFields((t) => ({
  bulkRetry: t.prismaField({
    type: BulkOperation,
    description:
      'Retries all FAILED, CANCELLED and MISSED invocations that match now, the oldest first and at most 200 at a time; what was retried with ' +
      'success or has a retry under way is skipped. One bulk retry at a time. `invocationCount` tells beforehand how many.',
    args: { filter: t.arg(filterArg) },
    resolve: async (query, _, { filter }, context) => {
      const { id } = await bulkRetry(commandContext(context), filter)
      return context.db.prisma.bulkOperation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  bulkCancel: t.prismaField({
    type: BulkOperation,
    description:
      'Cancels all invocations that match now and were not sent. One bulk cancel at a time. `invocationCount` tells beforehand how many.',
    args: { filter: t.arg(filterArg) },
    resolve: async (query, _, { filter }, context) => {
      const { id } = await bulkCancel(commandContext(context), filter)
      return context.db.prisma.bulkOperation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  stopBulkOperation: t.prismaField({
    type: BulkOperation,
    description: 'It changes nothing any more. What it did stays, and the runs that it made go on.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await stopBulkOperation(commandContext(context), args.id)
      return context.db.prisma.bulkOperation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

registerNode('bulk', 'BulkOperation', ({ db }, projectId, ids, query) =>
  db.prisma.bulkOperation.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

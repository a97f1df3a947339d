import { queryFromInfo } from '@pothos/plugin-prisma'
import { internalId, parseId } from '../domain/ids.ts'
import { Action } from './action.ts'
import { Backfill } from './backfill.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const BackfillConnection = connectionOf('Backfill', Backfill)

builder.queryField('backfill', (t) =>
  t.prismaField({
    type: Backfill,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) => {
      const projectId = projectOf(context)
      const known = parseId(id)
      return known?.noun === 'backfill' ? context.db.prisma.backfill.findFirst({ ...query, where: { projectId, id: known.uuid } }) : null
    },
  }),
)

builder.queryField('backfills', (t) =>
  t.field({
    type: BackfillConnection,
    description: 'Newest first.',
    args: { actionId: t.arg.id(), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { actionId, first, after }, context, info) => {
      const size = pageSize(first)
      const where = {
        projectId: projectOf(context),
        actionId: actionId == null ? undefined : internalId('action', actionId, 'actionId'),
        id: { lt: idAfter('backfills', after) },
      }
      const query = queryFromInfo({ context, info, typeName: 'Backfill', path: ['edges', 'node'] })
      const rows = await context.db.prisma.backfill.findMany({ ...query, where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('backfills', id))
    },
  }),
)

builder.prismaObjectField(Action, 'backfills', (t) =>
  t.field({
    type: BackfillConnection,
    description: 'Newest first.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async ({ id }, { first, after }, context, info) => {
      const size = pageSize(first)
      const ids = (await context.loaders.backfillIds.load({ actionId: id, after: idAfter('backfills', after), size })) ?? []
      const query = queryFromInfo({ context, info, typeName: 'Backfill', path: ['edges', 'node'] })
      const rows = await Promise.all(ids.map((key) => context.loaders.backfill.load({ id: key.id, query })))
      const found = rows.filter((row) => row !== undefined)
      return pageOf(found, size, after, (row) => sealCursor('backfills', row.id))
    },
  }),
)

import { createService } from '../commands/create-service.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'
import { showOnce } from './signing.ts'

export const Service = builder.prismaObject('Service', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('service', id) }),
    name: t.exposeString('name'),
    baseUrl: t.exposeString('baseUrl'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const ServiceConnection = connectionOf('Service', Service)

const CreateServiceInput = builder.inputType('CreateServiceInput', {
  fields: (t) => ({ name: t.string({ required: true }), baseUrl: t.string({ required: true }) }),
})

builder.queryField('services', (t) =>
  t.field({
    type: ServiceConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), id: { lt: idAfter('services', after) } }
      const rows = await context.db.prisma.service.findMany({ where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('services', id))
    },
  }),
)

builder.mutationField('createService', (t) =>
  t.prismaField({
    type: Service,
    args: { input: t.arg({ type: CreateServiceInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id, signingSecret } = await createService(commandContext(context), input)
      return showOnce(await context.db.prisma.service.findUniqueOrThrow({ ...query, where: { id } }), signingSecret)
    },
  }),
)

registerNode('service', 'Service', ({ db }, projectId, ids, query) =>
  db.prisma.service.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

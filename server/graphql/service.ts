import { createService } from '../commands/create-service.ts'
import { deleteService } from '../commands/delete-service.ts'
import { updateService } from '../commands/update-service.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { LimitInput } from './limit.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'
import { showOnce } from './signing.ts'

export const Service = builder.prismaObject('Service', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('service', id) }),
    name: t.exposeString('name'),
    baseUrl: t.exposeString('baseUrl'),
    gateway: t.exposeBoolean('gateway', { description: 'Whether inbound traffic may reach it through `/gateway`.' }),
    limit: t.relation('limit', { nullable: true, description: 'Null: none.' }),
    actionCount: t.int({
      description: 'How many actions call it.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.actionsOfService.load(id)) ?? 0,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const ServiceConnection = connectionOf('Service', Service)

const CreateServiceInput = builder.inputType('CreateServiceInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    baseUrl: t.string({ required: true }),
    gateway: t.boolean({ description: 'Whether inbound traffic may reach it through `/gateway`; default true.' }),
  }),
})

const BreakerInput = builder.inputType('BreakerInput', {
  description: 'An absent field stays as it is; null is the default.',
  fields: (t) => ({
    enabled: t.boolean({ description: 'Default true.' }),
    failureShare: t.float({ description: 'Above 0, at most 1; default 0.5.' }),
    minAttempts: t.int({ description: '1 to 10,000; default 20.' }),
    windowSeconds: t.int({ description: '1 to 3,600; default 60.' }),
    cooldownSeconds: t.int({ description: '1 to 600; default 30.' }),
  }),
})

const UpdateServiceInput = builder.inputType('UpdateServiceInput', {
  description: 'An absent field stays as it is; null is the default: through the gateway, no limit, the usual breaker.',
  fields: (t) => ({
    name: t.string(),
    baseUrl: t.string(),
    gateway: t.boolean(),
    limit: t.field({ type: LimitInput }),
    breaker: t.field({ type: BreakerInput }),
  }),
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

builder.mutationField('updateService', (t) =>
  t.prismaField({
    type: Service,
    description:
      'Its runs go by it from now on. Those that were sent before another `baseUrl` came keep their address, also for further attempts.',
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateServiceInput, required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await updateService(commandContext(context), args.id, args.input)
      return context.db.prisma.service.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
)

builder.mutationField('deleteService', (t) =>
  t.id({
    description: 'Refused while an action uses it.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, args, context) => publicId('service', (await deleteService(commandContext(context), args.id)).id),
  }),
)

registerNode('service', 'Service', ({ db }, projectId, ids, query) =>
  db.prisma.service.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

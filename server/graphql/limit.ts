import { setConcurrencyLimit } from '../commands/set-concurrency-limit.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { RatePeriod } from './enums.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

export const Limit = builder.prismaObject('Limit', {
  interfaces: [Node],
  description: 'How many runs of a service, or with one `concurrencyKey`, may be under way at one time, and how many may start in a time.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('limit', id) }),
    key: t.exposeString('key', { nullable: true, description: 'The `concurrencyKey`; null for the limit of a service.' }),
    service: t.relation('service', { nullable: true }),
    maxConcurrency: t.exposeInt('maxConcurrency', { nullable: true }),
    rateLimit: t.exposeInt('rateLimit', {
      nullable: true,
      description: 'Starts per `ratePeriod`. After a rest as many may start at once; from then on they are spread evenly.',
    }),
    ratePeriod: t.expose('ratePeriod', { type: RatePeriod, nullable: true }),
    running: t.int({
      description: 'Runs under way that count against it: those that have started since there is a limit.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.runningOfLimit.load(id)) ?? 0,
    }),
  }),
})

export const LimitInput = builder.inputType('LimitInput', {
  description: 'An absent field stays as it is, null removes that part; one of the two must be left. 1 to 100,000.',
  fields: (t) => ({
    maxConcurrency: t.int(),
    rateLimit: t.int(),
    ratePeriod: t.field({ type: RatePeriod }),
  }),
})

const LimitConnection = connectionOf('Limit', Limit)

builder.queryField('concurrencyLimits', (t) =>
  t.field({
    type: LimitConnection,
    description: 'The limits of `concurrencyKey`s. With a key that is not here, runs are sent one at a time.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), serviceId: null, id: { lt: idAfter('concurrencyLimits', after) } }
      const rows = await context.db.prisma.limit.findMany({ where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('concurrencyLimits', id))
    },
  }),
)

builder.mutationField('setConcurrencyLimit', (t) =>
  t.prismaField({
    type: Limit,
    nullable: true,
    description: 'Sets the limit of a `concurrencyKey`. Null removes it: then runs with that key are sent one at a time.',
    args: { key: t.arg.string({ required: true }), limit: t.arg({ type: LimitInput }) },
    resolve: async (query, _, { key, limit }, context) => {
      const made = await setConcurrencyLimit(commandContext(context), key, limit ?? null)
      return made && context.db.prisma.limit.findUnique({ ...query, where: { id: made.id } })
    },
  }),
)

registerNode('limit', 'Limit', ({ db }, projectId, ids, query) =>
  db.prisma.limit.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

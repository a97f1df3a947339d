import { createApiToken } from '../commands/create-api-token.ts'
import { revokeApiToken } from '../commands/revoke-api-token.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const ApiToken = builder.prismaObject('ApiToken', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('token', id) }),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
  }),
})

const ApiTokenConnection = connectionOf('ApiToken', ApiToken)

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  fields: (t) => ({ name: t.string({ required: true }), expiresAt: t.field({ type: 'DateTime' }) }),
})

const CreateApiTokenResult = builder.objectRef<{ id: string; token: string }>('CreateApiTokenResult').implement({
  description: 'The token itself is shown here once and never again.',
  fields: (t) => ({
    token: t.exposeString('token'),
    apiToken: t.prismaField({
      type: ApiToken,
      resolve: (query, { id }, _, { db }) => db.prisma.apiToken.findUniqueOrThrow({ ...query, where: { id } }),
    }),
  }),
})

builder.queryField('apiTokens', (t) =>
  t.field({
    type: ApiTokenConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), id: { lt: idAfter('apiTokens', after) } }
      const rows = await context.db.prisma.apiToken.findMany({ where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('apiTokens', id))
    },
  }),
)

builder.mutationField('createApiToken', (t) =>
  t.field({
    type: CreateApiTokenResult,
    args: { input: t.arg({ type: CreateApiTokenInput, required: true }) },
    resolve: (_, { input }, context) => createApiToken(commandContext(context), input),
  }),
)

builder.mutationField('revokeApiToken', (t) =>
  t.prismaField({
    type: ApiToken,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await revokeApiToken(commandContext(context), args.id)
      return context.db.prisma.apiToken.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
)

registerNode('token', 'ApiToken', ({ db }, projectId, ids, query) =>
  db.prisma.apiToken.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

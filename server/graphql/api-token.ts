import { createApiToken } from '../commands/create-api-token.ts'
import { revokeApiToken } from '../commands/revoke-api-token.ts'
import { CAPABILITIES, mayDo } from '../domain/access.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { Capability } from './capability.ts'
import { commandContext, projectOf, viewerOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Member } from './member.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const ApiToken = builder.prismaObject('ApiToken', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('token', id) }),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'To five minutes.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    role: t.relation('role'),
    scopes: t.field({
      type: [Capability],
      nullable: true,
      description: 'Which of the rights of its role it has; null = all.',
      select: { scopes: true },
      resolve: ({ scopes }) => (scopes.length === 0 ? null : CAPABILITIES.filter((scope) => scopes.includes(scope))),
    }),
    onBehalfOf: t.relation('person', { type: Member, nullable: true, description: 'The member for whom it acts.' }),
    createdBy: t.relation('creator', {
      type: Member,
      nullable: true,
      description: 'The person behind who made it; null when nobody is, as for a token that the start provides.',
    }),
    agent: t.exposeBoolean('agent', { description: 'Of a program that decides by itself; what it does is recorded as an agent’s.' }),
  }),
})

const ApiTokenConnection = connectionOf('ApiToken', ApiToken)

const CreateApiTokenInput = builder.inputType('CreateApiTokenInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    expiresAt: t.field({ type: 'DateTime' }),
    roleId: t.id({ description: 'Not above your own. Default: your own; who is no administrator can give no other.' }),
    scopes: t.field({ type: [Capability], description: 'Which of the rights of its role it has. Default: all.' }),
    onBehalfOf: t.id({
      description: 'The member for whom it acts. Only an administrator may name someone else; his tokens act for nobody unless he says so.',
    }),
    agent: t.boolean({ description: 'Of a program that decides by itself. Default false.' }),
  }),
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
    description: 'Who is no administrator sees those that he made and those that act for him.',
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const { actor, access } = viewerOf(context)
      const own =
        actor.kind === 'USER' && actor.id !== null ? [{ createdBy: actor.id }, { onBehalfOf: actor.id }] : [{ id: actor.id ?? '' }]
      const where = {
        projectId: projectOf(context),
        id: { lt: idAfter('apiTokens', after) },
        ...(!mayDo(access, 'ADMINISTER') && { OR: own }),
      }
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

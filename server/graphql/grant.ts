import { createGrant } from '../commands/create-grant.ts'
import { revokeGrant } from '../commands/revoke-grant.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { Action } from './action.ts'
import { Actor, type ActorShape } from './actor.ts'
import { Approval } from './approval.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'

export const Grant = builder.prismaObject('ApprovalGrant', {
  name: 'Grant',
  description: 'Approves runs in advance: of this actor, of this action, under this condition, so often or until then.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('grant', id) }),
    action: t.relation('action', { type: Action }),
    actor: t.field({
      type: Actor,
      nullable: true,
      description: 'The member or API token whose runs it approves; null = of everyone but who granted it.',
      select: { user: { select: { name: true } }, token: { select: { name: true, agent: true } } },
      resolve: ({ userId, user, tokenId, token }): ActorShape | null => {
        if (user) return { kind: 'USER', id: userId, name: user.name }
        return token && { kind: token.agent ? 'AGENT' : 'TOKEN', id: tokenId, name: token.name }
      },
    }),
    condition: t.exposeString('condition', { nullable: true }),
    maxRuns: t.exposeInt('maxRuns', { nullable: true }),
    used: t.exposeInt('used', { description: 'Runs that it has approved.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true }),
    comment: t.exposeString('comment', { nullable: true }),
    createdBy: t.field({
      type: Actor,
      select: { grantor: { select: { name: true } } },
      resolve: ({ createdBy, grantor }): ActorShape => ({ kind: 'USER', id: createdBy, name: grantor.name }),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true }),
    active: t.boolean({
      description: 'It approves runs now.',
      resolve: ({ revokedAt, expiresAt, maxRuns, used }, _, { db }) =>
        !revokedAt && (maxRuns === null || used < maxRuns) && (expiresAt === null || expiresAt.getTime() > db.skew.now()),
    }),
  }),
})

builder.prismaObjectField(Approval, 'usedGrants', (t) =>
  t.field({
    type: [Grant],
    description: 'The standing grants that approved it: each is the vote of its granter. Empty for one that people decide.',
    resolve: async ({ grantIds }, _, { loaders }) =>
      (await Promise.all(grantIds.map((id) => loaders.grant.load(id)))).filter((grant) => grant !== undefined),
  }),
)

const CreateGrantInput = builder.inputType('CreateGrantInput', {
  description: 'At most one of memberId and tokenId; at least one of maxRuns and expiresAt.',
  fields: (t) => ({
    actionId: t.id({ required: true }),
    memberId: t.id({ description: 'Whose runs it approves.' }),
    tokenId: t.id(),
    condition: t.string({ description: 'CEL over actor, record, input and action; absent = each run.' }),
    maxRuns: t.int(),
    expiresAt: t.field({ type: 'DateTime' }),
    comment: t.string(),
  }),
})

builder.mutationFields((t) => ({
  createGrant: t.prismaField({
    type: Grant,
    description: 'For people who may approve runs of the action; never for their own runs.',
    args: { input: t.arg({ type: CreateGrantInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id } = await createGrant(commandContext(context), input)
      return context.db.prisma.approvalGrant.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  revokeGrant: t.prismaField({
    type: Grant,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await revokeGrant(commandContext(context), args.id)
      return context.db.prisma.approvalGrant.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

/** The grants of a project are few, and looked at together. */
const GRANTS_MOST = 200

builder.queryField('grants', (t) =>
  t.prismaField({
    type: [Grant],
    description: `Newest first, those in force before the others, at most ${GRANTS_MOST}.`,
    args: { actionId: t.arg.id() },
    resolve: (query, _, { actionId }, context) => {
      const projectId = projectOf(context)
      const action = actionId == null ? undefined : internalId('action', actionId, 'actionId')
      return context.db.prisma.approvalGrant.findMany({
        ...query,
        where: { projectId, actionId: action },
        orderBy: [{ revokedAt: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
        take: GRANTS_MOST,
      })
    },
  }),
)

import { inviteMember } from '../commands/invite-member.ts'
import { revokeInvite } from '../commands/revoke-invite.ts'
import { requireCapability } from '../domain/access.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { findInvite, type OpenInvite } from '../store/invites.ts'
import { findUser } from '../store/users.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf, viewerOf } from './context.ts'
import { Member } from './member.ts'
import { Node, registerNode } from './node.ts'

/** Those that were accepted and revoked long ago are in the audit. */
const INVITES_MOST = 500

const InviteStatus = builder.enumType('InviteStatus', { values: ['PENDING', 'ACCEPTED', 'EXPIRED', 'REVOKED'] as const })

const Invite = builder.prismaObject('Invite', {
  interfaces: [Node],
  description: 'An invitation of an address to the project, for 7 days.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('invite', id) }),
    email: t.exposeString('email'),
    role: t.relation('role'),
    invitedBy: t.relation('inviter', { type: Member, nullable: true, description: 'Null when it was an API token.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    status: t.field({
      type: InviteStatus,
      resolve: ({ acceptedAt, revokedAt, expiresAt }, _, { db }) =>
        acceptedAt ? 'ACCEPTED' : revokedAt ? 'REVOKED' : expiresAt.getTime() <= db.skew.now() ? 'EXPIRED' : 'PENDING',
    }),
  }),
})

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  fields: (t) => ({ email: t.string({ required: true }), roleId: t.id({ required: true }) }),
})

const InviteResult = builder.objectRef<{ id: string; secret: string }>('InviteResult').implement({
  description: 'The link is shown here once and never again.',
  fields: (t) => ({
    invite: t.prismaField({
      type: Invite,
      resolve: (query, { id }, _, { db }) => db.prisma.invite.findUniqueOrThrow({ ...query, where: { id } }),
    }),
    url: t.string({
      description: 'Whoever holds it may accept: send it to nobody else.',
      resolve: ({ secret }, _, { publicUrl }) => `${publicUrl}/invite#${secret}`,
    }),
  }),
})

const InvitePreview = builder.objectRef<OpenInvite>('InvitePreview').implement({
  description: 'What the holder of an invitation is told before he accepts.',
  fields: (t) => ({
    email: t.exposeString('email'),
    projectName: t.exposeString('projectName'),
    roleName: t.exposeString('roleName'),
    hasAccount: t.boolean({
      description: 'The address belongs to a member of another project: it is accepted with his password.',
      resolve: async ({ email }, _, { db }) => (await findUser(db.pool, { email })) !== undefined,
    }),
  }),
})

builder.queryFields((t) => ({
  invites: t.prismaField({
    type: [Invite],
    description: 'Newest first, the newest 500; for administrators.',
    resolve: (query, _, __, context) => {
      requireCapability(viewerOf(context).access, 'ADMINISTER')
      const where = { projectId: projectOf(context) }
      return context.db.prisma.invite.findMany({ ...query, where, orderBy: { id: 'desc' }, take: INVITES_MOST })
    },
  }),
  invite: t.field({
    type: InvitePreview,
    nullable: true,
    description: 'For the secret of its link, also without a sign-in; null when it is unknown, expired, accepted or revoked.',
    args: { secret: t.arg.string({ required: true }) },
    resolve: async (_, { secret }, { db, receiptMisses, ip }) => {
      if (receiptMisses.spent(ip)) throw new DocketError('RATE_LIMITED', 'Too many links that do not exist; try again in a minute.')
      const invite = await findInvite(db.pool, secret)
      if (!invite) receiptMisses.take(ip)
      return invite
    },
  }),
}))

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: InviteResult,
    description: 'An open invitation of the same address ends.',
    args: { input: t.arg({ type: InviteMemberInput, required: true }) },
    resolve: (_, { input }, context) => inviteMember(commandContext(context), input),
  }),
  revokeInvite: t.prismaField({
    type: Invite,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await revokeInvite(commandContext(context), args.id)
      return context.db.prisma.invite.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

registerNode('invite', 'Invite', (context, projectId, ids, query) => {
  requireCapability(viewerOf(context).access, 'ADMINISTER')
  return context.db.prisma.invite.findMany({ ...query, where: { projectId, id: { in: ids } } })
})

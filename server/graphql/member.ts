import { disableMember } from '../commands/disable-member.ts'
import { enableMember } from '../commands/enable-member.ts'
import { setMemberRole } from '../commands/set-member-role.ts'
import { setPassword } from '../commands/set-password.ts'
import { updateAccount } from '../commands/update-account.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { type Context, commandContext, projectOf, viewerOf } from './context.ts'
import { Node, registerNode } from './node.ts'
import { Role } from './role.ts'

/** More people than one list shows have a directory of their own. */
const MEMBERS_MOST = 1_000

const membershipOf = async (userId: string, context: Context) => {
  const membership = await context.loaders.membership.load({ projectId: viewerOf(context).projectId, userId })
  if (!membership) throw new Error(`${userId} is no member of the viewer's project`)
  return membership
}

export const Member = builder.prismaObject('User', {
  name: 'Member',
  interfaces: [Node],
  description: 'A person, as a member of the project.',
  select: { id: true, name: true, email: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('user', id) }),
    name: t.exposeString('name'),
    email: t.exposeString('email', { nullable: true, description: 'In lower case; null for the first administrator until he gives one.' }),
    role: t.prismaField({
      type: Role,
      resolve: async (query, { id }, _, context) => {
        const { roleId } = await membershipOf(id, context)
        return (await context.loaders.role.load({ id: roleId, query }))!
      },
    }),
    disabledAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since then he is shut out.',
      resolve: async ({ id }, _, context) => (await membershipOf(id, context)).disabledAt,
    }),
    createdAt: t.field({ type: 'DateTime', resolve: async ({ id }, _, context) => (await membershipOf(id, context)).createdAt }),
    lastSeenAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When a browser of his last asked for something, to five minutes.',
      resolve: async ({ id }, _, context) => (await membershipOf(id, context)).lastSeenAt,
    }),
    you: t.boolean({ resolve: ({ id }, _, context) => isViewer(context, id) }),
    hasPassword: t.boolean({ select: { passwordHash: true }, resolve: ({ passwordHash }) => passwordHash !== null }),
  }),
})

const isViewer = (context: Context, id: string): boolean => {
  const { actor } = viewerOf(context)
  return actor.kind === 'USER' && actor.id === id
}

const memberOf = (context: Context, query: object, id: string) => context.db.prisma.user.findUniqueOrThrow({ ...query, where: { id } })

builder.queryField('members', (t) =>
  t.prismaField({
    type: [Member],
    description: 'By name, also those that are disabled; the first 1,000.',
    resolve: (query, _, __, context) =>
      context.db.prisma.user.findMany({
        ...query,
        where: { memberships: { some: { projectId: projectOf(context) } } },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take: MEMBERS_MOST,
      }),
  }),
)

const UpdateAccountInput = builder.inputType('UpdateAccountInput', {
  description: 'An absent field stays as it is.',
  fields: (t) => ({ name: t.string(), email: t.string() }),
})

const SetPasswordInput = builder.inputType('SetPasswordInput', {
  fields: (t) => ({
    current: t.string({ description: 'The password of now, if there is one.' }),
    next: t.string({ required: true, description: '12 to 200 characters.' }),
  }),
})

builder.mutationFields((t) => ({
  setMemberRole: t.prismaField({
    type: Member,
    description: 'API tokens that act for him follow, as far as they had his role or would have more than he.',
    args: { memberId: t.arg.id({ required: true }), roleId: t.arg.id({ required: true }) },
    resolve: async (query, _, { memberId, roleId }, context) =>
      memberOf(context, query, (await setMemberRole(commandContext(context), memberId, roleId)).id),
  }),
  disableMember: t.prismaField({
    type: Member,
    description: 'Shuts him out: his sessions end, API tokens that act for him are refused, his sockets close within a second.',
    args: { memberId: t.arg.id({ required: true }) },
    resolve: async (query, _, { memberId }, context) =>
      memberOf(context, query, (await disableMember(commandContext(context), memberId)).id),
  }),
  enableMember: t.prismaField({
    type: Member,
    args: { memberId: t.arg.id({ required: true }) },
    resolve: async (query, _, { memberId }, context) =>
      memberOf(context, query, (await enableMember(commandContext(context), memberId)).id),
  }),
  updateAccount: t.prismaField({
    type: Member,
    description: 'Who is signed in changes his name, and gives his e-mail address. Only an administrator may change one that he has.',
    args: { input: t.arg({ type: UpdateAccountInput, required: true }) },
    resolve: async (query, _, { input }, context) => memberOf(context, query, (await updateAccount(commandContext(context), input)).id),
  }),
  setPassword: t.prismaField({
    type: Member,
    description: 'Of who is signed in. His other sessions end.',
    args: { input: t.arg({ type: SetPasswordInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { passwords, guesses } = context
      const { sessionId } = viewerOf(context)
      return memberOf(context, query, (await setPassword(commandContext(context), { passwords, guesses, sessionId }, input)).id)
    },
  }),
}))

registerNode('user', 'Member', ({ db }, projectId, ids, query) =>
  db.prisma.user.findMany({ ...query, where: { id: { in: ids }, memberships: { some: { projectId } } } }),
)

import { createRole } from '../commands/create-role.ts'
import { deleteRole } from '../commands/delete-role.ts'
import { updateRole } from '../commands/update-role.ts'
import { ROLE_LEVELS } from '../domain/access.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { Node, registerNode } from './node.ts'

export const RoleLevel = builder.enumType('RoleLevel', {
  description: 'Each may what those before it may.',
  values: {
    VIEWER: { description: 'Looks.' },
    OPERATOR: { description: 'Runs, sends, cancels, retries, pauses.' },
    MANAGER: { description: 'Changes actions, services, limits, secrets, calendars; approves.' },
    ADMIN: { description: 'Changes members, roles, tokens, the project; reads the audit.' },
  } satisfies Record<(typeof ROLE_LEVELS)[number], object>,
})

export const Role = builder.prismaObject('Role', {
  interfaces: [Node],
  description: 'What members and API tokens may do: by its level in general, by its permissions with each action.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('role', id) }),
    name: t.exposeString('name'),
    level: t.expose('level', { type: RoleLevel }),
    builtIn: t.exposeBoolean('builtIn', { description: 'One of the four that every project has; its name and level stay.' }),
    breakGlass: t.exposeBoolean('breakGlass', {
      description: 'Its members may run without the approval that is wanted, with a reason that is recorded.',
    }),
    memberCount: t.int({ resolve: async ({ id }, _, { loaders }) => (await loaders.membersOfRole.load(id)) ?? 0 }),
  }),
})

builder.queryFields((t) => ({
  roles: t.prismaField({
    type: [Role],
    description: 'The four built-in ones from the least to the most, then the others by name.',
    resolve: async (query, _, __, context) => {
      const rows = await context.db.prisma.role.findMany({ ...query, where: { projectId: projectOf(context) }, orderBy: { name: 'asc' } })
      return rows.sort(
        (a, b) => Number(b.builtIn) - Number(a.builtIn) || (a.builtIn ? ROLE_LEVELS.indexOf(a.level) - ROLE_LEVELS.indexOf(b.level) : 0),
      )
    },
  }),
  role: t.prismaField({
    type: Role,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) =>
      context.db.prisma.role.findFirst({ ...query, where: { id: internalId('role', id, 'id'), projectId: projectOf(context) } }),
  }),
}))

const CreateRoleInput = builder.inputType('CreateRoleInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    level: t.field({ type: RoleLevel, required: true }),
    breakGlass: t.boolean({ description: 'Default false.' }),
  }),
})

const UpdateRoleInput = builder.inputType('UpdateRoleInput', {
  description: 'An absent field stays as it is.',
  fields: (t) => ({ name: t.string(), level: t.field({ type: RoleLevel }), breakGlass: t.boolean() }),
})

builder.mutationFields((t) => ({
  createRole: t.prismaField({
    type: Role,
    args: { input: t.arg({ type: CreateRoleInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id } = await createRole(commandContext(context), input)
      return context.db.prisma.role.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  updateRole: t.prismaField({
    type: Role,
    description: 'Whoever has it has its new rights from the next request on. The built-in roles stay as they are.',
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateRoleInput, required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await updateRole(commandContext(context), args.id, args.input)
      return context.db.prisma.role.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  deleteRole: t.id({
    description: 'Refused for the built-in roles, and while someone or something has it.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, args, context) => publicId('role', (await deleteRole(commandContext(context), args.id)).id),
  }),
}))

registerNode('role', 'Role', ({ db }, projectId, ids, query) =>
  db.prisma.role.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

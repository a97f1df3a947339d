import { clearPermission } from '../commands/clear-permission.ts'
import { setPermission } from '../commands/set-permission.ts'
import { publicId } from '../domain/ids.ts'
import type { PermissionRule as Rule } from '../domain/permission.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { Role } from './role.ts'
import type { PermissionShape } from './role-loaders.ts'

const PermissionRule = builder.objectRef<Rule>('PermissionRule').implement({
  fields: (t) => ({
    allowed: t.exposeBoolean('allowed'),
    condition: t.exposeString('condition', { nullable: true, description: 'CEL; it holds only when this is true. Null = always.' }),
  }),
})

export const Permission = builder.objectRef<PermissionShape>('Permission').implement({
  description: 'What a role may do with an action. A condition that cannot be evaluated denies.',
  fields: (t) => ({
    id: t.id({
      description: 'Made of those of the role and the action.',
      resolve: ({ roleId, actionId }) => `${publicId('role', roleId)}.${actionId ? publicId('action', actionId) : 'others'}`,
    }),
    role: t.field({ type: Role, resolve: async ({ roleId }, _, { loaders }) => (await loaders.role.load({ id: roleId, query: {} }))! }),
    action: t.field({
      type: Action,
      nullable: true,
      description: 'Null: every action that has no permission of its own for the role.',
      resolve: async ({ actionId }, _, { loaders }) => (actionId && (await loaders.action.load({ id: actionId, query: {} }))) || null,
    }),
    trigger: t.field({ type: PermissionRule, description: 'May run it.', resolve: ({ rules }) => rules.trigger }),
    requireApproval: t.field({
      type: PermissionRule,
      description: 'Needs an approval to run it.',
      resolve: ({ rules }) => rules.requireApproval,
    }),
    approve: t.field({ type: PermissionRule, description: 'May approve its runs.', resolve: ({ rules }) => rules.approve }),
    selfApprove: t.field({
      type: PermissionRule,
      description: 'May approve its own runs, where the approval policy does not forbid it.',
      resolve: ({ rules }) => rules.selfApprove,
    }),
    inherited: t.exposeBoolean('inherited', { description: 'Not set for this action (or, without an action, for this role).' }),
  }),
})

builder.prismaObjectField(Action, 'permissions', (t) =>
  t.field({
    type: [Permission],
    description: 'What each role may do with it.',
    resolve: async ({ id, projectId }, _, { loaders }) => (await loaders.permissionsOfAction.load({ id, projectId })) ?? [],
  }),
)

builder.prismaObjectField(Role, 'permissions', (t) =>
  t.field({
    type: [Permission],
    description: 'The one for every action that has none of its own first, then those that were set for an action.',
    resolve: async ({ id }, _, { loaders }) => (await loaders.permissionsOfRole.load(id)) ?? [],
  }),
)

export const PermissionRuleInput = builder.inputType('PermissionRuleInput', {
  fields: (t) => ({
    allowed: t.boolean({ required: true }),
    condition: t.string({ description: 'CEL over actor, record, input and action; it holds only when this is true.' }),
  }),
})

const SetPermissionInput = builder.inputType('SetPermissionInput', {
  description: 'An absent rule stays as it is, set or inherited.',
  fields: (t) => ({
    roleId: t.id({ required: true }),
    actionId: t.id({ description: 'Default: every action that has no permission of its own for the role.' }),
    trigger: t.field({ type: PermissionRuleInput }),
    requireApproval: t.field({ type: PermissionRuleInput }),
    approve: t.field({ type: PermissionRuleInput }),
    selfApprove: t.field({ type: PermissionRuleInput }),
  }),
})

builder.mutationFields((t) => ({
  setPermission: t.field({
    type: Permission,
    args: { input: t.arg({ type: SetPermissionInput, required: true }) },
    resolve: async (_, { input }, context) => {
      const { roleId, actionId } = await setPermission(commandContext(context), input)
      const permissions = await context.loaders.permissionsOfRole.load(roleId)
      return permissions!.find((permission) => permission.actionId === actionId)!
    },
  }),
  clearPermission: t.prismaField({
    type: Role,
    description: 'Takes back what was set there, so that it inherits again.',
    args: { roleId: t.arg.id({ required: true }), actionId: t.arg.id() },
    resolve: async (query, _, { roleId, actionId }, context) => {
      const { id } = await clearPermission(commandContext(context), roleId, actionId)
      return context.db.prisma.role.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

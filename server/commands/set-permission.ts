import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { defaultRules } from '../domain/permission.ts'
import { type PermissionRulesInput, parseRules } from '../domain/permission-input.ts'
import { audited } from '../store/audited.ts'
import { findRole } from '../store/find-role.ts'
import { lockRights } from '../store/memberships.ts'
import { countPermissions, findPermission, keepAction, type PermissionKey, writePermission } from '../store/write-permission.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

export interface SetPermissionInput extends PermissionRulesInput {
  roleId: string
  /** None: every action that has no permission of its own for the role. */
  actionId?: string | null
}

/** Whoever needs more says it by conditions, over the tags of actions for example. */
const PERMISSIONS_MAX = 1_000

/**
 * Sets what a role may do with an action; absent rules stay as they are, set or inherited. Gives the UUIDs of both.
 * @throws DocketError FORBIDDEN; NOT_FOUND on `roleId` or `actionId`; INVALID_CONDITION or BAD_USER_INPUT on `<rule>.condition`;
 * QUOTA_EXCEEDED above 1,000 for a role
 */
export async function setPermission(ctx: CommandContext, input: SetPermissionInput): Promise<PermissionKey> {
  authorize(ctx, 'ADMINISTER')
  const { db, projectId } = ctx
  const roleId = internalId('role', input.roleId, 'roleId')
  const actionId = input.actionId == null ? null : internalId('action', input.actionId, 'actionId')
  const key = { projectId, roleId, actionId }
  await audited(ctx, async (sql, note) => {
    await lockRights(sql, projectId)
    const role = await findRole(sql, projectId, roleId)
    if (!role) throw notFound('Role', 'roleId')
    if (actionId !== null && !(await keepAction(sql, projectId, actionId))) throw notFound('Action', 'actionId')
    const own = await findPermission(sql, key)
    const others = actionId === null ? null : await findPermission(sql, { ...key, actionId: null })
    const before = own ?? others ?? defaultRules(role.spec.level)
    const rules = parseRules(input, before)
    if (!own && (await countPermissions(sql, roleId)) >= PERMISSIONS_MAX) {
      throw new DocketError(
        'QUOTA_EXCEEDED',
        `A role has at most ${PERMISSIONS_MAX} permissions of its own; say more by conditions, such as "eu" in action.tags.`,
      )
    }
    await writePermission(sql, key, rules)
    note({ verb: 'permission.updated', object: { type: 'role', id: input.roleId }, actionId, before, after: rules })
  })
  db.signal.emit('access')
  return key
}

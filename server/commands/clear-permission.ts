import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { findRole } from '../store/find-role.ts'
import { lockRights } from '../store/memberships.ts'
import { deletePermission, findPermission, keepAction } from '../store/write-permission.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Takes back what was set for a role and an action (none: for all others), so that it inherits again. Gives the UUID of the role.
 * @throws DocketError FORBIDDEN; NOT_FOUND on `roleId` or `actionId`
 */
export async function clearPermission(ctx: CommandContext, roleId: string, actionId?: string | null): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { db, projectId } = ctx
  const id = internalId('role', roleId, 'roleId')
  const key = { projectId, roleId: id, actionId: actionId == null ? null : internalId('action', actionId, 'actionId') }
  await audited(ctx, async (sql, note) => {
    await lockRights(sql, projectId)
    if (!(await findRole(sql, projectId, id))) throw notFound('Role', 'roleId')
    if (key.actionId !== null && !(await keepAction(sql, projectId, key.actionId))) throw notFound('Action', 'actionId')
    const before = await findPermission(sql, key)
    if (!before) return
    await deletePermission(sql, key)
    note({ verb: 'permission.cleared', object: { type: 'role', id: roleId }, actionId: key.actionId, before })
  })
  db.signal.emit('access')
  return { id }
}

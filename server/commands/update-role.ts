import { internalId } from '../domain/ids.ts'
import { parseUpdateRole, type UpdateRoleInput } from '../domain/role-input.ts'
import { followRole } from '../store/api-tokens.ts'
import { audited } from '../store/audited.ts'
import { requireAnAdmin } from '../store/memberships.ts'
import { writeRole } from '../store/roles.ts'
import { isUniqueViolation } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { lockOwnRole } from './own-role.ts'
import { roleNameTaken } from './role-name.ts'

/**
 * Edits a role of the project's own: absent fields stay. Who has it has its new rights from the next request on. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `name` or `level`; INVALID_TRANSITION for a built-in role; LAST_ADMIN
 */
export async function updateRole(ctx: CommandContext, roleId: string, input: UpdateRoleInput): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { db, projectId } = ctx
  const id = internalId('role', roleId)
  await audited(ctx, async (sql, note) => {
    const role = await lockOwnRole(sql, projectId, id, FIXED)
    const spec = parseUpdateRole(input, role.spec)
    await writeRole(sql, id, spec).catch((error) => {
      throw isUniqueViolation(error) ? roleNameTaken() : error
    })
    note({ verb: 'role.updated', object: { type: 'role', id: roleId }, before: role.spec, after: spec })
    await followRole(sql, projectId, id, note)
    if (role.spec.level === 'ADMIN' && spec.level !== 'ADMIN') await requireAnAdmin(sql, projectId)
  })
  db.signal.emit('access')
  return { id }
}

const FIXED = 'The built-in roles stay as they are; set their permissions, or create a role of your own.'

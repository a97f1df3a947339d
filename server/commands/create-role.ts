import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { type CreateRoleInput, parseCreateRole } from '../domain/role-input.ts'
import { audited } from '../store/audited.ts'
import { lockRights } from '../store/memberships.ts'
import { countCustomRoles, insertRole } from '../store/roles.ts'
import { isUniqueViolation } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { roleNameTaken } from './role-name.ts'

/** As many as a person can tell apart; each shows with every action. */
const CUSTOM_ROLES_MAX = 50

/**
 * Stores a role of the project's own. Gives its UUID.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name` (also when it is taken) or `level`; QUOTA_EXCEEDED above 50
 */
export async function createRole(ctx: CommandContext, input: CreateRoleInput): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { projectId } = ctx
  const spec = parseCreateRole(input)
  return audited(ctx, async (sql, note) => {
    await lockRights(sql, projectId)
    if ((await countCustomRoles(sql, projectId)) >= CUSTOM_ROLES_MAX) {
      throw new DocketError('QUOTA_EXCEEDED', `A project has at most ${CUSTOM_ROLES_MAX} roles of its own; delete one that nobody has.`)
    }
    const id = await insertRole(sql, projectId, spec).catch((error) => {
      throw isUniqueViolation(error) ? roleNameTaken() : error
    })
    note({ verb: 'role.created', object: { type: 'role', id: publicId('role', id) }, after: spec })
    return { id }
  })
}

import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { followMember } from '../store/api-tokens.ts'
import { findRole } from '../store/find-role.ts'
import { setRoleOf } from '../store/memberships.ts'
import { changeMember } from './change-member.ts'
import type { CommandContext } from './context.ts'

/**
 * Gives a member another role. API tokens that act for him follow, as far as they had his role or would have more than he. Gives his UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND, also on `roleId`; LAST_ADMIN
 */
export function setMemberRole(ctx: CommandContext, memberId: string, roleId: string): Promise<{ id: string }> {
  return changeMember(ctx, memberId, async (sql, member, note) => {
    const to = internalId('role', roleId, 'roleId')
    const role = await findRole(sql, ctx.projectId, to)
    if (!role) throw notFound('Role', 'roleId')
    if (to === member.roleId) return
    await setRoleOf(sql, ctx.projectId, member.userId, to)
    note({ verb: 'member.role_set', before: { role: member.roleName }, after: { role: role.spec.name } })
    await followMember(sql, ctx.projectId, member.userId, { from: member.roleId, to }, note)
  })
}

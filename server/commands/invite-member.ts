import { parseEmail } from '../domain/email.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { findRole } from '../store/find-role.ts'
import { insertInvite } from '../store/invites.ts'
import { findMember, lockMembers } from '../store/memberships.ts'
import { findUser } from '../store/users.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Invites an address to the project, for 7 days. An open invitation of the same address ends. Gives the UUID of the invitation and the secret
 * of its link, this once.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `email`, also when a member has it; NOT_FOUND on `roleId`
 */
export async function inviteMember(ctx: CommandContext, input: { email: string; roleId: string }): Promise<{ id: string; secret: string }> {
  authorize(ctx, 'ADMINISTER')
  const { projectId, access } = ctx
  const email = parseEmail(input.email)
  const roleId = internalId('role', input.roleId, 'roleId')
  return audited(ctx, async (sql, note) => {
    // Whoever becomes a member meanwhile is seen here, or sees this invitation.
    await lockMembers(sql, projectId)
    const role = await findRole(sql, projectId, roleId)
    if (!role) throw notFound('Role', 'roleId')
    const user = await findUser(sql, { email })
    const member = user && (await findMember(sql, projectId, user.id))
    if (member) {
      const state = member.disabledAt ? 'a disabled member; enable it instead' : 'a member already'
      throw new DocketError('BAD_USER_INPUT', `${email} belongs to ${state}.`, 'email')
    }
    const made = await insertInvite(sql, { projectId, email, roleId, invitedBy: access?.personId ?? null })
    note({ verb: 'member.invited', object: { type: 'invite', id: publicId('invite', made.id) }, after: { email, role: role.spec.name } })
    return made
  })
}

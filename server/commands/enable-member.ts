import { setDisabled } from '../store/memberships.ts'
import { changeMember } from './change-member.ts'
import type { CommandContext } from './context.ts'

/**
 * Lets a disabled member in again, under the role that he had. Gives his UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND
 */
export function enableMember(ctx: CommandContext, memberId: string): Promise<{ id: string }> {
  return changeMember(ctx, memberId, async (sql, member, note) => {
    if (!member.disabledAt) return
    await setDisabled(sql, ctx.projectId, member.userId, false)
    note({ verb: 'member.enabled', data: { name: member.name, email: member.email } })
  })
}

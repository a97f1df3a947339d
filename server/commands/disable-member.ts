import { setDisabled } from '../store/memberships.ts'
import { endSessionsOf } from '../store/sessions.ts'
import { changeMember } from './change-member.ts'
import type { CommandContext } from './context.ts'

/**
 * Shuts a member out: his sessions in the project end, and API tokens that act for him are refused. His sockets close within a second. What he
 * did stays under his name. Gives his UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; LAST_ADMIN
 */
export function disableMember(ctx: CommandContext, memberId: string): Promise<{ id: string }> {
  return changeMember(ctx, memberId, async (sql, member, note) => {
    if (member.disabledAt) return
    await setDisabled(sql, ctx.projectId, member.userId, true)
    const sessions = await endSessionsOf(sql, member.userId, { projectId: ctx.projectId })
    note({ verb: 'member.disabled', data: { name: member.name, email: member.email, sessionsEnded: sessions } })
  })
}

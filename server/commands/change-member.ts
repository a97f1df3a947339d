import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { findMember, lockRights, type Member, requireAnAdmin } from '../store/memberships.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Runs `change` on a member of the project: nobody else changes rights there meanwhile, an administrator is left at the end, and sign-ins are
 * looked at again on all servers. A note without an object is about the member. Gives the member's UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; LAST_ADMIN
 */
export async function changeMember(
  ctx: CommandContext,
  memberId: string,
  change: (sql: Sql, member: Member, note: (note: AuditNote) => void) => Promise<void>,
): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { db, projectId } = ctx
  const id = internalId('user', memberId)
  await audited(ctx, async (sql, note) => {
    await lockRights(sql, projectId)
    const member = await findMember(sql, projectId, id)
    if (!member) throw notFound('Member')
    await change(sql, member, (what) => note({ object: { type: 'member', id: memberId }, ...what }))
    if (member.level === 'ADMIN' && !member.disabledAt) await requireAnAdmin(sql, projectId)
  })
  db.signal.emit('access')
  return { id }
}

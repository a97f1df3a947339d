import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { revokeInvite as revokeStored } from '../store/invites.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Revokes an invitation. One that was accepted, revoked or has expired stays as it is. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND
 */
export async function revokeInvite(ctx: CommandContext, inviteId: string): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const id = internalId('invite', inviteId)
  await audited(ctx, async (sql, note) => {
    const revoked = await revokeStored(sql, ctx.projectId, id)
    if (!revoked) throw notFound('Invitation')
    if (revoked.changed) note({ verb: 'invite.revoked', object: { type: 'invite', id: inviteId }, data: { email: revoked.email } })
  })
  return { id }
}

import { notFound } from '../domain/errors.ts'
import { internalId, publicId } from '../domain/ids.ts'
import { revokeStoredGrant } from '../store/approval-grants.ts'
import { audited } from '../store/audited.ts'
import { lockRights } from '../store/memberships.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Ends a grant: no run is approved by it any more. Those that were, stay so. Again: no change. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND
 */
export async function revokeGrant(ctx: CommandContext, grantId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const id = internalId('grant', grantId)
  await audited(ctx, async (sql, note) => {
    await lockRights(sql, ctx.projectId)
    const found = await revokeStoredGrant(sql, ctx.projectId, id)
    if (!found) throw notFound('Grant')
    if (!found.ended) return
    note({ verb: 'grant.revoked', object: { type: 'grant', id: publicId('grant', id) }, actionId: found.actionId })
  })
  return { id }
}

import { mayDo, requireCapability } from '../domain/access.ts'
import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { lockToken, revokeToken } from '../store/api-tokens.ts'
import { audited } from '../store/audited.ts'
import { lockMembers, lockRights } from '../store/memberships.ts'
import type { CommandContext } from './context.ts'

/**
 * Revokes an API token: it is refused from the next request on, sockets that use it close within a second, and what it asked for and was not
 * sent yet is not sent. Who is no administrator may revoke those that he made and those that act for him. Gives its UUID, also when it was revoked
 * before.
 * @throws DocketError FORBIDDEN; NOT_FOUND
 */
export async function revokeApiToken(ctx: CommandContext, tokenId: string): Promise<{ id: string }> {
  const { db, projectId, access, actor } = ctx
  const id = internalId('token', tokenId)
  await audited(ctx, async (sql, note) => {
    await lockMembers(sql, projectId)
    const token = await lockToken(sql, projectId, id)
    if (!token) throw notFound('API token')
    if (access && !mayDo(access, 'ADMINISTER')) {
      const own = actor.kind === 'USER' && actor.id !== null && [token.createdBy, token.onBehalfOf].includes(actor.id)
      if (!own) requireCapability(access, 'ADMINISTER')
    }
    if (token.revoked) return
    await lockRights(sql, projectId)
    await revokeToken(sql, projectId, id)
    note({ verb: 'token.revoked', object: { type: 'token', id: tokenId }, data: { name: token.name } })
  })
  db.signal.emit('access')
  return { id }
}

import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { revokeToken } from '../store/api-tokens.ts'
import type { CommandContext } from './context.ts'

/**
 * Revokes an API token: requests and sockets that use it end within a second. Gives its UUID, also when it was revoked before.
 * @throws DocketError NOT_FOUND
 */
export async function revokeApiToken({ db, projectId }: CommandContext, tokenId: string): Promise<{ id: string }> {
  const id = internalId('token', tokenId)
  if (!(await revokeToken(db, projectId, id))) throw notFound('API token')
  return { id }
}

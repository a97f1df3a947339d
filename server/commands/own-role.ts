import { DocketError, notFound } from '../domain/errors.ts'
import type { Sql } from '../store/database.ts'
import { findRole, type StoredRole } from '../store/find-role.ts'
import { lockRights } from '../store/memberships.ts'

/**
 * A role of the project's own, which stays as it is until the transaction ends. The project's rules count as changed.
 * @throws DocketError NOT_FOUND; INVALID_TRANSITION with that sentence for a built-in role
 */
export async function lockOwnRole(sql: Sql, projectId: string, id: string, refusal: string): Promise<StoredRole> {
  await lockRights(sql, projectId)
  const role = await findRole(sql, projectId, id)
  if (!role) throw notFound('Role')
  if (role.builtIn) throw new DocketError('INVALID_TRANSITION', refusal)
  return role
}

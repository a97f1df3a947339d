import { DocketError } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { deleteStoredRole, type RoleUses, usesOfRole } from '../store/roles.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { lockOwnRole } from './own-role.ts'

/**
 * Deletes a role of the project's own that nobody has, with its permissions. Gives its UUID.
 * @throws DocketError FORBIDDEN; NOT_FOUND; INVALID_TRANSITION for a built-in role, and while members, API tokens, open invitations or
 * approval policies have it
 */
export async function deleteRole(ctx: CommandContext, roleId: string): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { db, projectId } = ctx
  const id = internalId('role', roleId)
  await audited(ctx, async (sql, note) => {
    const role = await lockOwnRole(sql, projectId, id, 'The built-in roles cannot be deleted.')
    const uses = sentenceOf(await usesOfRole(sql, projectId, id))
    if (uses) throw new DocketError('INVALID_TRANSITION', `This role cannot be deleted while ${uses} it; give them another one first.`)
    await deleteStoredRole(sql, projectId, id)
    note({ verb: 'role.deleted', object: { type: 'role', id: roleId }, before: role.spec })
  })
  db.signal.emit('access')
  return { id }
}

/** `2 members and 1 API token have`; undefined for none. */
function sentenceOf({ members, tokens, invites, actions }: RoleUses): string | undefined {
  const parts = [
    counted(members, 'member'),
    counted(tokens, 'API token'),
    counted(invites, 'open invitation'),
    counted(actions, 'approval policy', 'approval policies'),
  ].filter((part) => part !== '')
  const last = parts.pop()
  if (last === undefined) return undefined
  const verb = members + tokens + invites + actions === 1 ? 'has' : 'have'
  return `${parts.length > 0 ? `${parts.join(', ')} and ` : ''}${last} ${verb}`
}

const counted = (count: number, one: string, many = `${one}s`): string => (count === 0 ? '' : `${count} ${count === 1 ? one : many}`)

import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { findMember } from '../store/memberships.ts'
import { moveSession } from '../store/sessions.ts'
import type { CommandContext } from './context.ts'
import { requirePerson } from './require-person.ts'

/**
 * Moves the session with this UUID to another project of its person. Its sockets close, as what they watch is another project's; they may be
 * opened again at once. Gives the UUID of the project.
 * @throws DocketError FORBIDDEN for an API token; NOT_FOUND where he is no enabled member
 */
export async function selectProject(ctx: CommandContext, sessionId: string | null, projectId: string): Promise<{ id: string }> {
  const userId = requirePerson(ctx)
  if (sessionId === null) throw new DocketError('FORBIDDEN', 'Only a session can change its project.')
  const id = internalId('project', projectId)
  await audited({ ...ctx, projectId: id }, async (sql, note) => {
    const member = await findMember(sql, id, userId)
    if (!member || member.disabledAt) throw notFound('Project')
    await moveSession(sql, sessionId, id)
    note({ verb: 'session.project_selected', object: { type: 'project', id: projectId } })
  })
  ctx.db.signal.emit('access')
  return { id }
}

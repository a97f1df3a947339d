import { NAME_CHARACTERS } from '../domain/action.ts'
import { publicId } from '../domain/ids.ts'
import { parseText } from '../domain/text.ts'
import { auditedOn } from '../store/audited.ts'
import { builtInRole } from '../store/find-role.ts'
import { insertMember } from '../store/memberships.ts'
import { insertProject } from '../store/projects.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { projectNameTaken } from './project-name.ts'
import { requirePerson } from './require-person.ts'

/**
 * Makes a project, whose first administrator is who makes it. Its own actions, members, roles and tokens are all it has. Gives its UUID.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name`, also when it is taken
 */
export async function createProject(ctx: CommandContext, input: { name: string }): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const userId = requirePerson(ctx)
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const id = await auditedOn(ctx.db, ctx.db.pool, async (sql, note) => {
    const made = await insertProject(sql, ctx.db.vault, name)
    if (made === undefined) throw projectNameTaken()
    await insertMember(sql, made, userId, await builtInRole(sql, made, 'ADMIN'))
    // In the new project, where its members can see it.
    note(
      { ...ctx, projectId: made },
      { verb: 'project.created', object: { type: 'project', id: publicId('project', made) }, after: { name } },
    )
    return made
  })
  return { id }
}

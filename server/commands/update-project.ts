import { NAME_CHARACTERS } from '../domain/action.ts'
import { publicId } from '../domain/ids.ts'
import { parseText } from '../domain/text.ts'
import { parseUrl } from '../domain/url.ts'
import { audited } from '../store/audited.ts'
import { lockProject, type ProjectSettings, updateProject as updateStored } from '../store/projects.ts'
import { isUniqueViolation } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { projectNameTaken } from './project-name.ts'

/** An absent field stays as it is. */
export interface UpdateProjectInput {
  name?: string | null
  /** Null: approvals are told to no webhook. */
  approvalWebhookUrl?: string | null
  showDeciders?: boolean | null
}

/**
 * Changes the project of the caller. Gives its UUID.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name`, also when it is taken; the URL codes on `approvalWebhookUrl`
 */
export async function updateProject(ctx: CommandContext, input: UpdateProjectInput): Promise<{ id: string }> {
  authorize(ctx, 'ADMINISTER')
  const { projectId, egress } = ctx
  const name = input.name == null ? undefined : parseText(input.name, 'name', NAME_CHARACTERS)
  const url = input.approvalWebhookUrl
  const webhook = url == null ? url : parseUrl(url, 'approvalWebhookUrl', egress).href
  try {
    await audited(ctx, async (sql, note) => {
      const before = await lockProject(sql, projectId)
      const after: ProjectSettings = {
        name: name ?? before.name,
        approvalWebhookUrl: webhook === undefined ? before.approvalWebhookUrl : webhook,
        showDeciders: input.showDeciders ?? before.showDeciders,
      }
      await updateStored(sql, projectId, after)
      note({
        verb: 'project.updated',
        object: { type: 'project', id: publicId('project', projectId) },
        before,
        after,
      })
    })
  } catch (error) {
    if (isUniqueViolation(error)) throw projectNameTaken()
    throw error
  }
  ctx.db.signal.emit('events')
  return { id: projectId }
}

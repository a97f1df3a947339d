import { WHY_NOT } from '../domain/approval.ts'
import type { Context } from './context.ts'

type Asked = { invocationId: string }

/** Whether the viewer may decide it now. */
export const mayDecide = async (approval: Asked, context: Context): Promise<boolean> => (await whyNot(approval, context)) === null

/** Why the viewer may not, in words; null when they may. */
export async function whyNot({ invocationId }: Asked, { viewer, loaders }: Context): Promise<string | null> {
  const person = viewer?.access.personId
  if (viewer?.actor.kind !== 'USER' || !person) return 'Only people decide; API tokens and agents may ask.'
  const why = await loaders.whyNotDecide.load({ projectId: viewer.projectId, userId: person, invocationId })
  return why === undefined ? null : WHY_NOT[why]
}

import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { skipNext as skipStored } from '../store/skip-next.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'

/**
 * Takes the next run out of an action's schedule; the one after it comes as planned. Gives the UUID of the invocation that is
 * CANCELLED by it.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `actionId` for an action on demand; INVALID_TRANSITION when it is paused or nothing is to come
 */
export async function skipNext(ctx: CommandContext, actionId: string): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  let skipped: string | undefined
  await changeAction(ctx, actionId, async (sql, action, audit) => {
    if (action.spec.schedule.kind === 'ON_DEMAND') {
      throw new DocketError(
        'BAD_USER_INPUT',
        'An action on demand has no next run to skip; cancel takes back a run that waits.',
        'actionId',
      )
    }
    if (!action.enabled) throw new DocketError('INVALID_TRANSITION', 'The action is paused: nothing comes until it is resumed.')
    skipped = await skipStored(sql, ctx.projectId, ctx.actor, action)
    if (!skipped) throw new DocketError('INVALID_TRANSITION', 'No run is to come that could be skipped.')
    audit({ verb: 'invocation.skipped', object: { type: 'invocation', id: publicId('invocation', skipped) }, invocationId: skipped })
  })
  return { id: skipped! }
}

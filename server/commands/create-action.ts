import { parseCreateAction, parseKey } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { audited } from '../store/audited.ts'
import { enqueue } from '../store/enqueue.ts'
import { mayNeedApproval } from '../store/insert-approvable.ts'
import { againAfterRace } from './again-after-race.ts'
import { announceActions } from './announce.ts'
import { resolveApproval } from './approval-policy.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { checkKnownSecrets } from './known-secrets.ts'
import { newAction } from './new-action.ts'
import { noteOfNew } from './note-of-new.ts'
import { putAction } from './put-action.ts'
import { isRecurring, storeActions } from './store-actions.ts'

/**
 * Stores an action; with a `key` that an action of the project already has, edits that one so that it is what `input` says
 * (absent `enabled`: as it is). Gives its UUID. A ONE_TIME action comes with its invocation, PENDING or awaiting its approval.
 * @throws DocketError for bad input; FORBIDDEN; NOT_FOUND on `target.serviceId` or `schedule.calendarId`; QUOTA_EXCEEDED on `enabled`;
 *   INVALID_SCHEDULE when the run of the action with that key cannot be moved; INVALID_POLICY and INVALID_CONDITION on `approval`
 */
export async function createAction(ctx: CommandContext, input: CreateActionInput, now = ctx.db.skew.now()): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId, headerPrefix, egress } = ctx
  const key = parseKey(input.key)
  if (key !== null) {
    const put = await againAfterRace(() => audited(ctx, (sql, note) => putAction(sql, ctx, key, input, now, note)))
    announceActions(db.signal, [put], now)
    return { id: put.id }
  }
  const approval = await resolveApproval(ctx, db.pool, input.approval, undefined)
  const item = await newAction(ctx, db.pool, null, parseCreateAction(input, { now, headerPrefix, egress, approval }))
  await checkKnownSecrets(db.pool, projectId, item.spec.request.headers)
  if (isRecurring(item) || mayNeedApproval(item)) {
    const [stored] = await storeActions(ctx, [item], now)
    if (stored instanceof DocketError) throw stored
    announceActions(db.signal, [stored!], now)
    return { id: stored!.id }
  }
  const stored = await enqueue(db, item, { author: ctx, note: noteOfNew(item) })
  if (!stored) throw notFound('Service', 'target.serviceId')
  announceActions(db.signal, [item], now)
  return { id: stored.actionId }
}

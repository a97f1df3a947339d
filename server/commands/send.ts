import type { SendInput } from '../domain/action-input.ts'
import { notFound } from '../domain/errors.ts'
import { audited } from '../store/audited.ts'
import { enqueue } from '../store/enqueue.ts'
import { insertApprovable, mayNeedApproval } from '../store/insert-approvable.ts'
import type { NewAction } from '../store/new-action.ts'
import { announceActions } from './announce.ts'
import type { CommandContext } from './context.ts'
import { checkKnownSecrets } from './known-secrets.ts'
import { newSend } from './new-send.ts'
import { noteOfSend } from './note-of-new.ts'
import { isKeyed, sendKeyed } from './send-keyed.ts'
import { checkSync } from './sync.ts'

/**
 * Stores a single request, to be sent at once or at `scheduledAt`, as a ONE_TIME action. Gives the UUID of its invocation; with an
 * `idempotencyKey` or `dedupe` it may be one that was there before. Waiting for its end (`waitSeconds`) is the caller's.
 * @throws DocketError for bad input; FORBIDDEN; NOT_FOUND on `serviceId`; IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT; INVALID_SYNC when it
 *   needs an approval
 */
export async function send(ctx: CommandContext, input: SendInput, now = ctx.db.skew.now()): Promise<{ id: string }> {
  if (isKeyed(input)) {
    const [result] = await sendKeyed(ctx, [input], now)
    if ('error' in result!) throw result.error
    return result!
  }
  const item = await newSend(ctx, ctx.db.pool, input, now)
  await checkKnownSecrets(ctx.db.pool, ctx.projectId, item.spec.request.headers)
  if (mayNeedApproval(item)) await store(ctx, item, input.waitSeconds)
  else if (!(await enqueue(ctx.db, item, { author: ctx, note: noteOfSend(item) }))) throw notFound('Service', 'serviceId')
  announceActions(ctx.db.signal, [item], now)
  return { id: item.invocationId! }
}

async function store(ctx: CommandContext, item: NewAction, waitSeconds: number | null | undefined): Promise<void> {
  await audited(ctx, async (sql, note) => {
    const { stored, outcomes } = await insertApprovable(sql, ctx.db, [item])
    if (!stored[0]) throw notFound('Service', 'serviceId')
    checkSync(waitSeconds, outcomes.get(item.invocationId!))
    note(noteOfSend(item))
  })
}

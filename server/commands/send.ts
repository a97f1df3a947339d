import { parseSend } from '../domain/action.ts'
import type { SendInput } from '../domain/action-input.ts'
import { notFound } from '../domain/errors.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import { enqueue } from '../store/enqueue.ts'
import type { NewAction } from '../store/new-action.ts'
import { announceActions } from './announce.ts'
import type { CommandContext } from './context.ts'

/**
 * Stores a single request, to be sent at once or at `scheduledAt`, as a ONE_TIME action. Gives the UUID of its invocation.
 * @throws DocketError for bad input; NOT_FOUND on `serviceId`
 */
export async function send(ctx: CommandContext, input: SendInput, now = ctx.db.skew.now()): Promise<{ id: string }> {
  const item = newSend(ctx, input, now)
  const stored = await enqueue(ctx.db, item)
  if (!stored) throw notFound('Service', 'serviceId')
  announceActions(ctx.db.signal, [item], now)
  return { id: stored.invocationId! }
}

/** @throws DocketError for bad input */
export function newSend({ db, projectId, actor, headerPrefix }: CommandContext, input: SendInput, now: number): NewAction {
  const { spec, record } = parseSend(input, { now, headerPrefix })
  const trigger = input.scheduledAt == null ? 'API' : 'SCHEDULE'
  const id = newId()
  const headers = sealHeaders(db.vault, id, spec.request.headers)
  return { id, projectId, actor, spec, headers, key: null, enabled: true, trigger, record, nextRunAt: null }
}

import { parseSend } from '../domain/action.ts'
import type { SendInput } from '../domain/action-input.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import type { Sql } from '../store/database.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

/**
 * The rows of a single request, for whom it is allowed to send it.
 * @throws DocketError for bad input; FORBIDDEN
 */
export async function newSend(ctx: CommandContext, sql: Sql, input: SendInput, now: number): Promise<NewAction> {
  const { db, projectId, actor, headerPrefix, egress } = ctx
  const { spec, record } = parseSend(input, { now, headerPrefix, egress })
  const trigger = input.scheduledAt == null ? 'API' : 'SCHEDULE'
  const id = newId()
  const headers = sealHeaders(db.vault, id, spec.request.headers)
  const permitted = await checkTrigger(ctx, sql, { actionId: null, spec, record, input: null })
  return {
    id,
    invocationId: newId(),
    projectId,
    actor,
    spec,
    headers,
    key: null,
    enabled: true,
    trigger,
    record,
    nextRunAt: null,
    permitted,
  }
}

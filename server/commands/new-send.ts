import { parseSend } from '../domain/action.ts'
import type { SendInput } from '../domain/action-input.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'

/**
 * The rows of a single request.
 * @throws DocketError for bad input
 */
export function newSend({ db, projectId, actor, headerPrefix, egress }: CommandContext, input: SendInput, now: number): NewAction {
  const { spec, record } = parseSend(input, { now, headerPrefix, egress })
  const trigger = input.scheduledAt == null ? 'API' : 'SCHEDULE'
  const id = newId()
  const headers = sealHeaders(db.vault, id, spec.request.headers)
  return { id, projectId, actor, spec, headers, key: null, enabled: true, trigger, record, nextRunAt: null }
}

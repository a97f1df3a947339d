import { parseCreateAction } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { lockAction } from '../store/action-row.ts'
import type { AuditNote } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { pauseAction } from '../store/pause-action.ts'
import { resumeAction } from '../store/resume-action.ts'
import { resolveApproval } from './approval-policy.ts'
import { checkQuota } from './check-quota.ts'
import type { CommandContext } from './context.ts'
import { editChecked } from './edited.ts'
import { checkKnownSecrets } from './known-secrets.ts'
import { newAction } from './new-action.ts'
import { actionAsNoted } from './note-of-new.ts'
import { type StoredSpec, storeIn } from './store-actions.ts'

/**
 * Makes the action with that key be what `input` says: edits it or stores a new one. Runs inside a transaction, which has
 * to be rolled back (to a savepoint) when it throws.
 * @throws DocketError for bad input; NOT_FOUND on `target.serviceId` or `schedule.calendarId`; INVALID_SCHEDULE; QUOTA_EXCEEDED; a unique violation when another caller was faster
 */
export async function putAction(
  sql: Sql,
  ctx: CommandContext,
  key: string,
  input: CreateActionInput,
  now: number,
  note: (note: AuditNote) => void,
): Promise<StoredSpec> {
  const { projectId, headerPrefix, egress } = ctx
  const before = await lockAction(sql, projectId, { key }, ctx.db.vault)
  const approval = await resolveApproval(ctx, sql, input.approval ?? null, before)
  const spec = parseCreateAction(input, { now, headerPrefix, egress, approval }, before?.spec.schedule)
  await checkKnownSecrets(sql, projectId, spec.request.headers)
  if (!before) {
    const [stored] = await storeIn(sql, ctx, [await newAction(ctx, sql, key, spec)], now, note)
    if (stored instanceof DocketError) throw stored
    return stored!
  }
  const enabled = spec.enabled ?? before.enabled
  await checkQuota(sql, projectId, before, { enabled, spec })
  note({
    verb: 'action.updated',
    object: { type: 'action', id: publicId('action', before.id) },
    actionId: before.id,
    before: { ...actionAsNoted(before.spec), enabled: before.enabled },
    after: { ...actionAsNoted(spec), enabled },
  })
  const edited = await editChecked(sql, ctx, before, spec, note)
  if (enabled && !before.enabled) return { id: before.id, spec, nextRunAt: await resumeAction(sql, projectId, edited, null) }
  if (!enabled && before.enabled) await pauseAction(sql, projectId, edited, null)
  return { id: before.id, spec, nextRunAt: enabled ? edited.nextRunAt : null }
}

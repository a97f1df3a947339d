import { type ActionSpec, parseCreateAction } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { firstRun } from '../domain/action-schedule.ts'
import { notFound } from '../domain/errors.ts'
import { lockAction } from '../store/action-row.ts'
import type { Sql } from '../store/database.ts'
import { editAction } from '../store/edit-action.ts'
import { insertActions } from '../store/insert-actions.ts'
import { pauseAction } from '../store/pause-action.ts'
import { resumeAction } from '../store/resume-action.ts'
import type { CommandContext } from './context.ts'
import { checkEdited } from './edited.ts'
import { newAction } from './new-action.ts'

export interface PutAction {
  id: string
  spec: ActionSpec
  nextRunAt: number | null
}

/**
 * Makes the action with that key be what `input` says: edits it or stores a new one. Runs inside a transaction, which has
 * to be rolled back (to a savepoint) when it throws.
 * @throws DocketError for bad input; NOT_FOUND on `target.serviceId`; INVALID_SCHEDULE; a unique violation when another caller was faster
 */
export async function putAction(sql: Sql, ctx: CommandContext, key: string, input: CreateActionInput, now: number): Promise<PutAction> {
  const { projectId, actor, headerPrefix } = ctx
  const before = await lockAction(sql, projectId, { key })
  const spec = parseCreateAction(input, { now, headerPrefix }, before?.spec.schedule)
  if (!before) {
    const item = newAction(ctx, key, spec, now)
    const [stored] = await insertActions(sql, [item])
    if (!stored) throw notFound('Service', 'target.serviceId')
    return { id: stored.actionId, spec, nextRunAt: item.nextRunAt }
  }
  checkEdited(await editAction(sql, projectId, actor, before, spec))
  const enabled = spec.enabled ?? before.enabled
  const after = { ...before, spec }
  if (enabled && !before.enabled) await resumeAction(sql, projectId, after, null)
  if (!enabled && before.enabled) await pauseAction(sql, projectId, after, null)
  return { id: before.id, spec, nextRunAt: enabled ? firstRun(spec.schedule, null, before.now) : null }
}

const RACES = ['23505', '40P01']
const TRIES = 3

/** Runs `work` once more when another caller stored the same key at the same moment (or both waited for each other). */
export async function againAfterRace<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === TRIES || !RACES.includes((error as { code?: string }).code ?? '')) throw error
    }
  }
}

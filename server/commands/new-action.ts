import type { CreateActionSpec } from '../domain/action.ts'
import { firstRun } from '../domain/action-schedule.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'

/** The rows of a new action in the caller's project. */
export function newAction({ projectId, actor }: CommandContext, key: string | null, spec: CreateActionSpec, now: number): NewAction {
  const enabled = spec.enabled ?? true
  const nextRunAt = enabled ? firstRun(spec.schedule, null, now) : null
  return { projectId, actor, spec, key, enabled, trigger: 'SCHEDULE', record: null, nextRunAt }
}

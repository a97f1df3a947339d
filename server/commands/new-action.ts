import type { CreateActionSpec } from '../domain/action.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'

/** The rows of a new action in the caller's project; the first run of a recurring one is found when it is stored. */
export function newAction({ projectId, actor }: CommandContext, key: string | null, spec: CreateActionSpec): NewAction {
  return { projectId, actor, spec, key, enabled: spec.enabled ?? true, trigger: 'SCHEDULE', record: null, nextRunAt: null }
}

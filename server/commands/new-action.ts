import type { CreateActionSpec } from '../domain/action.ts'
import { newId } from '../new-id.ts'
import { sealHeaders } from '../store/action-headers.ts'
import type { NewAction } from '../store/new-action.ts'
import type { CommandContext } from './context.ts'

/** The rows of a new action in the caller's project; the first run of a recurring one is found when it is stored. */
export function newAction({ db, projectId, actor }: CommandContext, key: string | null, spec: CreateActionSpec): NewAction {
  const id = newId()
  const headers = sealHeaders(db.vault, id, spec.request.headers)
  return { id, projectId, actor, spec, headers, key, enabled: spec.enabled ?? true, trigger: 'SCHEDULE', record: null, nextRunAt: null }
}

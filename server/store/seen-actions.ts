import { createRecent } from '../domain/recent.ts'

/** What conditions see of an action, as this process read it last. It may be another by now: whoever relies on it must compare the stamp. */
export interface SeenAction {
  key: string | null
  name: string | null
  kind: string | null
  method: string | null
  url: string | null
  tags: string[] | null
  recordType: string | null
  body: string | null
  stamp: string | null
}

/** In characters of their bodies; each counts as some more. */
const SEEN_CHARACTERS = 8 * 1024 * 1024
const USUAL_CHARACTERS = 1_024

const seen = createRecent<SeenAction>(SEEN_CHARACTERS, ({ body }) => USUAL_CHARACTERS + (body?.length ?? 0))

/** Of a project, by their UUIDs; undefined when it was not looked at here. */
export const seenAction = (projectId: string, actionId: string): SeenAction | undefined => seen.get(`${projectId} ${actionId}`)

export function rememberAction(projectId: string, actionId: string, action: SeenAction): void {
  const { key, name, kind, method, url, tags, recordType, body, stamp } = action
  seen.set(`${projectId} ${actionId}`, { key, name, kind, method, url, tags, recordType, body, stamp })
}

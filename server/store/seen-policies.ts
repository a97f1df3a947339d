import { createRecent } from '../domain/recent.ts'

/** Actions whose policies are remembered: some 10 MB at most. */
const SEEN_ACTIONS = 5_000

/** The approval policy of an action as this process saw it last. It may have changed since: whoever relies on it must compare the text. */
export interface SeenPolicy {
  /** As it is stored. */
  text: string
  condition: string | null
}

const seen = createRecent<SeenPolicy>(SEEN_ACTIONS)

/** By the UUID of the action; undefined when it had none, or was not looked at here. */
export const seenPolicy = (actionId: string): SeenPolicy | undefined => seen.get(actionId)

/** Notes the policy that an action (UUID) was seen with; null: that it has none. */
export function rememberPolicy(actionId: string, policy: { condition: string | null } | null): void {
  if (policy) seen.set(actionId, { text: JSON.stringify(policy), condition: policy.condition })
  else seen.delete(actionId)
}

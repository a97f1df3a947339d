import type { Accessor } from 'solid-js'
import type { RunTermsQuery } from '../../../../sdk/generated/operations.ts'
import { RunTermsDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'

/** Whether a run of an action that the viewer asks for needs approval, and whether the viewer may do without. */
export function createRunTerms(actionId: Accessor<string>) {
  const client = useClient()
  const terms = createLoaded<RunTermsQuery, string>(actionId, (id) => ask(client, RunTermsDocument, { actionId: id }, (data) => data))
  const role = () => terms.data()?.viewer.role
  const policy = () => terms.data()?.action?.approval
  const rule = () => terms.data()?.action?.permissions.find((each) => each.role.id === role()?.id)?.requireApproval
  return {
    policy,
    /** `maybe`: that depends on a condition, which only the server knows. `no` until that is known. */
    needed: (): 'always' | 'maybe' | 'no' => {
      const all = [policy(), rule()?.allowed ? rule() : undefined].filter((each) => each != null)
      if (all.length === 0) return 'no'
      return all.some(({ condition }) => condition === null) ? 'always' : 'maybe'
    },
    mayBreak: () => role()?.breakGlass ?? false,
  }
}

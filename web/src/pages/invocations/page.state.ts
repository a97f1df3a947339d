import { useSearchParams } from '@solidjs/router'
import type { InvocationStatus } from '../../../../sdk/generated/operations.ts'
import { ActionNameDocument, ActionNamesDocument } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { createPaged } from '../../live/paged.ts'
import { optionsOf } from '../../ui/options.ts'
import { STATUS_WORDS } from '../../words.ts'

/** As many as a list can be looked through; for older ones, the page of the action links here. */
const NAMES_SHOWN = 100

/** The list of all invocations; its filter lives in the address. */
export function createInvocationsState() {
  const client = useClient()
  const [search, setSearch] = useSearchParams<{ status?: string; action?: string }>()
  const action = () => search.action || undefined
  const statuses = () => readStatuses(search.status)
  const toggle = (status: InvocationStatus) => {
    const next = statuses().includes(status) ? statuses().filter((each) => each !== status) : [...statuses(), status]
    setSearch({ status: next.join(',') || undefined }, { replace: true })
  }
  const setAction = (id: string) => setSearch({ action: id || undefined }, { replace: true })
  const clear = () => setSearch({ status: undefined, action: undefined }, { replace: true })
  const names = createPaged<{ id: string; name: string }, undefined>(
    () => undefined,
    async () => {
      const { data, error } = await client.query(ActionNamesDocument, { first: NAMES_SHOWN }).toPromise()
      return { data: data?.actions, error }
    },
  )
  // A link may lead here from an action that is not among the newest.
  const named = createLoaded<{ id: string; name: string }, string | undefined>(action, async (id) => {
    if (!id) return { data: null }
    const { data, error } = await client.query(ActionNameDocument, { id }).toPromise()
    return { data: data?.action, error }
  })
  const actions = (): (readonly [string, string])[] => {
    const id = action()
    // Its id stands for it until its name is known, and where it has none any more.
    const chosen = id === undefined ? null : { id, name: named.data()?.name ?? id }
    return [['', 'All actions'], ...optionsOf(names.rows, chosen)]
  }
  const filtered = () => statuses().length > 0 || action() !== undefined
  return { invocations: createInvocationList(action, statuses), statuses, toggle, action, actions, names, setAction, filtered, clear }
}

/** The statuses a link names; what is none is left out. */
function readStatuses(text: string | undefined): InvocationStatus[] {
  return (text ?? '').split(',').filter((each): each is InvocationStatus => each in STATUS_WORDS)
}

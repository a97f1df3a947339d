import { useSearchParams } from '@solidjs/router'
import type { InvocationStatus } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { STATUS_WORDS } from '../../words.ts'

/** The list of all invocations; its filter lives in the address. */
export function createInvocationsState() {
  const [search, setSearch] = useSearchParams<{ status?: string }>()
  const statuses = () => readStatuses(search.status)
  const toggle = (status: InvocationStatus) => {
    const next = statuses().includes(status) ? statuses().filter((each) => each !== status) : [...statuses(), status]
    setSearch({ status: next.join(',') || undefined }, { replace: true })
  }
  const clear = () => setSearch({ status: undefined }, { replace: true })
  return { invocations: createInvocationList(() => undefined, statuses), statuses, toggle, clear }
}

/** The statuses a link names; what is none is left out. */
export function readStatuses(text: string | undefined): InvocationStatus[] {
  return (text ?? '').split(',').filter((each): each is InvocationStatus => each in STATUS_WORDS)
}

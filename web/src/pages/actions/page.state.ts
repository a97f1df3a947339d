import { useSearchParams } from '@solidjs/router'
import type { ActionKind, ActionRowFragment } from '../../../../sdk/generated/operations.ts'
import { ActionsDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient, useCursor } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import type { InvocationEvent } from '../../live/watch.ts'
import { watchInvocations } from '../../live/watch.ts'

export type ActionRow = ActionRowFragment
type KindFilter = ActionKind | 'ALL' | 'PAUSED'

const PAGE_SIZE = 50

/** The list of actions with its filters, which live in the address so that Back and a shared link keep them. */
export function createActionsState() {
  const client = useClient()
  const cursor = useCursor()
  const [search, setSearch] = useSearchParams<{ q?: string; show?: string }>()
  const show = (): KindFilter => (SHOWN.has(search.show as KindFilter) ? (search.show as KindFilter) : 'ALL')
  const text = () => search.q ?? ''
  const filter = () => ({
    search: text() || undefined,
    kind: show() === 'ALL' || show() === 'PAUSED' ? undefined : (show() as ActionKind),
    enabled: show() === 'PAUSED' ? false : undefined,
  })
  const actions = createPaged<ActionRow, ReturnType<typeof filter>>(filter, async (given, after) => {
    await cursor()
    return ask(client, ActionsDocument, { filter: given, first: PAGE_SIZE, after }, (data) => data.actions)
  })
  watchInvocations(
    () => ({}),
    (event) => actions.patch(event.invocation.action.id, (row) => applyEvent(row, event)),
    actions.reload,
  )
  return {
    actions,
    text,
    show,
    filtered: () => text() !== '' || show() !== 'ALL',
    setText: (q: string) => setSearch({ q: q || undefined }, { replace: true }),
    setShow: (next: KindFilter) => setSearch({ show: next === 'ALL' ? undefined : next }, { replace: true }),
  }
}

const SHOWN = new Set<KindFilter>(['RECURRING', 'ONE_TIME', 'ON_DEMAND', 'PAUSED'])

/** Brings a row up to date with what happened to one of its action's invocations. */
function applyEvent(row: ActionRow, { invocation }: Pick<InvocationEvent, 'invocation'>): void {
  row.nextRunAt = invocation.action.nextRunAt
  const last = row.lastInvocation
  // An older run that ends late shall not hide the newest one.
  if (!last || last.id === invocation.id || Date.parse(invocation.runAt) >= Date.parse(last.runAt)) row.lastInvocation = { ...invocation }
}

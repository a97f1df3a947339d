import { useSearchParams } from '@solidjs/router'
import { createEffect, createMemo, on } from 'solid-js'
import type { InvocationFilter, InvocationStatus } from '../../../../sdk/generated/operations.ts'
import {
  ActionNameDocument,
  ActionNamesDocument,
  InvocationCountDocument,
  ServiceNamesDocument,
} from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { createPaged } from '../../live/paged.ts'
import { now } from '../../ui/clock.ts'
import { optionsOf } from '../../ui/options.ts'
import type { Search } from './filter.ts'
import { filterOf, KEYS, statusesOf } from './filter.ts'

/** As many as a list can be looked through; for older ones, the page of the action links here. */
const NAMES_SHOWN = 100
/** How many there are is told anew this often. */
const COUNT_AGAIN_S = 15

interface Named {
  id: string
  name: string
}

export type InvocationsState = ReturnType<typeof createInvocationsState>

/** The list of all invocations; its filter lives in the address. */
export function createInvocationsState() {
  const client = useClient()
  const [params, setParams] = useSearchParams<Record<keyof Search, string>>()
  const search = createMemo((): Search => Object.fromEntries(KEYS.flatMap((key) => (params[key] ? [[key, params[key]]] : []))))
  const key = createMemo(() => JSON.stringify(search()))
  // A time that is told by its distance is counted from when it was chosen.
  const filter = createMemo<InvocationFilter>(on(key, () => filterOf(search(), Date.now())))
  const set = (part: { [Key in keyof Search]?: string | undefined }) =>
    setParams(Object.fromEntries(Object.entries(part).map(([name, value]) => [name, value || undefined])), { replace: true })
  const statuses = createMemo(() => statusesOf(search().status))
  const toggle = (status: InvocationStatus) => {
    const next = statuses().includes(status) ? statuses().filter((each) => each !== status) : [...statuses(), status]
    set({ status: next.join(',') })
  }
  const clear = () => set(Object.fromEntries(KEYS.map((name) => [name, undefined])))

  const names = createPaged<Named, undefined>(
    () => undefined,
    () => ask(client, ActionNamesDocument, { first: NAMES_SHOWN }, (data) => data.actions),
  )
  const services = createPaged<Named, undefined>(
    () => undefined,
    () => ask(client, ServiceNamesDocument, { first: NAMES_SHOWN }, (data) => data.services),
  )
  // A link may lead here from an action that is not among the newest.
  const action = () => search().action
  const named = createLoaded<Named, string | undefined>(action, async (id) => {
    if (!id) return { data: null }
    return ask(client, ActionNameDocument, { id }, (data) => data.action)
  })
  /** The id stands for a name until that is known, and where there is none any more. */
  const held = (id: string | undefined, name?: string): Named | null => (id ? { id, name: name ?? id } : null)

  const count = createLoaded<{ number: number }, InvocationFilter>(filter, (given) =>
    ask(client, InvocationCountDocument, { filter: given }, (data) => ({ number: data.invocationCount })),
  )
  const turn = createMemo(() => Math.floor(now() / 1000 / COUNT_AGAIN_S))
  createEffect(on(turn, () => !document.hidden && void count.reload(), { defer: true }))

  return {
    invocations: createInvocationList(filter),
    search,
    filter,
    /** The filter as it is right now, to be acted upon. */
    present: () => filterOf(search(), Date.now()),
    set,
    statuses,
    toggle,
    clear,
    filtered: () => key() !== '{}',
    names,
    services,
    actionOptions: () => [['', 'All actions'] as const, ...optionsOf(names.rows, held(action(), named.data()?.name))],
    serviceOptions: () => [['', 'All services'] as const, ...optionsOf(services.rows, held(search().service))],
    count,
  }
}

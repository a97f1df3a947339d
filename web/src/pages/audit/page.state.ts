import { useSearchParams } from '@solidjs/router'
import { createMemo, on } from 'solid-js'
import type {
  ActionNamesQuery,
  AuditFilter,
  AuditRowFragment,
  MemberViewFragment,
  TokenViewFragment,
} from '../../../../sdk/generated/operations.ts'
import { ActionNamesDocument, ApiTokensDocument, AuditLogDocument, MembersDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { createWhole } from '../../live/whole.ts'
import { optionsOf } from '../../ui/options.ts'
import type { Search } from './filter.ts'
import { filterOf, KEYS } from './filter.ts'

export type AuditEntry = AuditRowFragment
export type AuditState = ReturnType<typeof createAuditState>

const PAGE_SIZE = 50
/** As many as a list can be looked through. */
const NAMES_SHOWN = 100

/** The audit, newest first; its filter lives in the address. */
export function createAuditState() {
  const client = useClient()
  const [params, setParams] = useSearchParams<Record<keyof Search, string>>()
  const search = createMemo((): Search => Object.fromEntries(KEYS.flatMap((key) => (params[key] ? [[key, params[key]]] : []))))
  const key = createMemo(() => JSON.stringify(search()))
  // A time that is told by its distance is counted from when it was chosen.
  const filter = createMemo<AuditFilter>(on(key, () => filterOf(search(), Date.now())))
  const set = (part: { [Key in keyof Search]?: string | undefined }) =>
    setParams(Object.fromEntries(Object.entries(part).map(([name, value]) => [name, value || undefined])), { replace: true })

  const entries = createPaged<AuditEntry, AuditFilter>(filter, (given, after) =>
    ask(client, AuditLogDocument, { filter: given, first: PAGE_SIZE, after }, (data) => data.auditLog),
  )
  const members = createWhole<MemberViewFragment>(() => ask(client, MembersDocument, {}, (data) => data.members))
  const tokens = createPaged<TokenViewFragment, undefined>(
    () => undefined,
    () => ask(client, ApiTokensDocument, { first: NAMES_SHOWN }, (data) => data.apiTokens),
  )
  const actions = createPaged<ActionNamesQuery['actions']['edges'][number]['node'], undefined>(
    () => undefined,
    () => ask(client, ActionNamesDocument, { first: NAMES_SHOWN }, (data) => data.actions),
  )
  /** The id stands for a name where that is not known. */
  const held = (id: string | undefined) => (id ? { id, name: id } : null)
  const actors = () => [...members.rows, ...tokens.rows.map(({ id, name }) => ({ id, name: `${name} (API token)` }))]

  return {
    entries,
    search,
    filter,
    set,
    clear: () => set(Object.fromEntries(KEYS.map((name) => [name, undefined]))),
    filtered: () => key() !== '{}',
    members,
    actions,
    actorOptions: () => [['', 'Everyone'] as const, ...optionsOf(actors(), held(search().actor))],
    actionOptions: () => [['', 'All actions'] as const, ...optionsOf(actions.rows, held(search().action))],
  }
}

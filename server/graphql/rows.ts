import { type DocumentNode, type FieldNode, Kind, type SelectionSetNode } from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { fragmentsOf } from './limits.ts'
import { PAGE_DEFAULT, PAGE_MAX } from './page.ts'

/** Rows that one answer may hold: a row can carry 64 KiB of response, and the answer is made in memory. */
const ROWS_MAX = 2_500
/** Fields looked at with fragments unfolded: a document of 1,000 tokens can unfold to billions. */
const VISITS_MAX = 10_000

type Variables = Readonly<Record<string, unknown>> | null | undefined

/**
 * Counts the rows that a valid document can answer with: pages inside pages multiply, as do the items of a batch.
 * @throws DocketError BAD_USER_INPUT above 2,500
 */
export function checkRows(document: DocumentNode, variables: Variables): void {
  const fragments = fragmentsOf(document)
  let rows = 0
  let visits = 0
  const visit = ({ selections }: SelectionSetNode, times: number): void => {
    for (const selection of selections) {
      if (++visits > VISITS_MAX) throw new DocketError('BAD_USER_INPUT', 'The operation unfolds to too many fields.')
      if (selection.kind === Kind.FRAGMENT_SPREAD) visit(fragments.get(selection.name.value)!.selectionSet, times)
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, times)
      else if (selection.selectionSet) {
        const size = sizeOf(selection, variables)
        if (size !== undefined) rows += times * Math.max(0, size)
        if (rows > ROWS_MAX) throw tooManyRows()
        visit(selection.selectionSet, times * Math.max(0, size ?? 1))
      }
    }
  }
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) visit(node.selectionSet, 1)
}

/** How many rows a field can answer with, undefined for a single one. A wrong `first` is its resolver's refusal. */
function sizeOf(field: FieldNode, variables: Variables): number | undefined {
  const given = (name: string): unknown => {
    const value = field.arguments?.find((argument) => argument.name.value === name)?.value
    if (value?.kind === Kind.VARIABLE) return variables?.[value.name.value]
    return value?.kind === Kind.INT ? Number(value.value) : value?.kind === Kind.LIST ? value.values : undefined
  }
  const items = given('inputs') ?? given('ids')
  if (Array.isArray(items)) return items.length
  const list = LISTS.get(field.name.value)
  if (list) return Math.min(Number(given('first') ?? list.usual), list.most)
  const isPage = field.selectionSet?.selections.some((inner) => inner.kind !== Kind.FIELD || ['edges', 'action'].includes(inner.name.value))
  const first = given('first') ?? PAGE_DEFAULT
  return isPage && CONNECTIONS.has(field.name.value) ? Math.min(typeof first === 'number' ? first : PAGE_MAX, PAGE_MAX) : undefined
}

const CONNECTIONS = new Set([
  'actions',
  'apiTokens',
  'approvals',
  'attempts',
  'auditLog',
  'backfills',
  'bulkOperations',
  'calendars',
  'concurrencyLimits',
  'events',
  'invocations',
  'services',
])

/** Lists without cursors: their items with `first` and without. */
const LISTS: ReadonlyMap<string, { usual: number; most: number }> = new Map([
  ['upcomingRuns', { usual: 100, most: 1_000 }],
  ['upcomingDays', { usual: 32, most: 32 }],
  ['busiestMinutes', { usual: 10, most: 60 }],
  ['topFailures', { usual: 10, most: 10 }],
  ['roles', { usual: 10, most: 10 }],
  ['policyDryRun', { usual: 1_000, most: 1_000 }],
  ['tryCondition', { usual: 1_000, most: 1_000 }],
  ['permissions', { usual: 10, most: 10 }],
  ['grants', { usual: 200, most: 200 }],
  ['invites', { usual: 100, most: 500 }],
  ['members', { usual: 100, most: 1_000 }],
  ['projects', { usual: 20, most: 100 }],
  ['sessions', { usual: 20, most: 200 }],
])

const tooManyRows = () =>
  new DocketError('BAD_USER_INPUT', `The operation can answer with more than ${ROWS_MAX} rows; ask for smaller pages.`, 'first')

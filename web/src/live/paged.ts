import type { CombinedError } from '@urql/core'
import type { Accessor } from 'solid-js'
import { batch, createEffect, createSignal, on } from 'solid-js'
import { createStore, produce, reconcile } from 'solid-js/store'
import type { Failure } from './failure.ts'
import { toFailure } from './failure.ts'

/** A keyset connection as the API answers it. */
export interface Connection<Row> {
  edges: { node: Row }[]
  pageInfo: { endCursor: string | null; hasNextPage: boolean }
}

type Answer<Row> = { data?: Connection<Row> | undefined; error?: CombinedError | undefined }

/** A list in one of four faces; rows stay on the screen while they are loaded anew. */
export interface Paged<Row> {
  rows: Row[]
  face: Accessor<'skeleton' | 'error' | 'empty' | 'rows'>
  failure: Accessor<Failure | undefined>
  hasMore: Accessor<boolean>
  loadingMore: Accessor<boolean>
  loadMore: () => Promise<void>
  reload: () => Promise<void>
  patch: (id: string, change: (row: Row) => void) => boolean
  prepend: (row: Row) => void
  remove: (id: string) => void
}

/** Rows that live changes may put on top before the oldest are let go; "Load more" brings those back. */
const LIVE_ROWS_MAX = 300

/**
 * A list that is loaded page by page. When `source` changes the list starts again; an answer to an older question is dropped.
 *
 * @param load one page; `after` is undefined for the first
 */
export function createPaged<Row extends { id: string }, Source>(
  source: Accessor<Source>,
  load: (source: Source, after: string | undefined) => Promise<Answer<Row>>,
): Paged<Row> {
  const [rows, setRows] = createStore<Row[]>([])
  const [loaded, setLoaded] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [end, setEnd] = createSignal<string | null>(null)
  const [hasMore, setHasMore] = createSignal(false)
  const [loadingMore, setLoadingMore] = createSignal(false)
  let question = 0

  const ask = async (after: string | undefined): Promise<void> => {
    const mine = ++question
    const { data, error } = await load(source(), after)
    if (mine !== question) return
    batch(() => {
      setLoadingMore(false)
      setFailure(error ? toFailure(error) : undefined)
      if (!data) return
      const fresh = data.edges.map((edge) => edge.node)
      if (after) {
        const held = new Set(rows.map((row) => row.id))
        setRows(produce((all) => void all.push(...fresh.filter((row) => !held.has(row.id)))))
      } else setRows(reconcile(fresh, { key: 'id' }))
      setEnd(data.pageInfo.endCursor)
      setHasMore(data.pageInfo.hasNextPage)
      setLoaded(true)
    })
  }

  createEffect(
    on(source, () => {
      setLoaded(false)
      void ask(undefined)
    }),
  )

  return {
    rows,
    failure,
    hasMore,
    loadingMore,
    face: () => {
      if (failure() && rows.length === 0) return 'error'
      if (rows.length > 0) return 'rows'
      return loaded() ? 'empty' : 'skeleton'
    },
    async loadMore() {
      if (loadingMore() || !hasMore()) return
      setLoadingMore(true)
      await ask(end() ?? undefined)
    },
    reload: () => ask(undefined),
    patch(id, change) {
      const at = rows.findIndex((row) => row.id === id)
      if (at < 0) return false
      setRows(at, produce(change))
      return true
    },
    prepend(row) {
      setRows(
        produce((all) => {
          all.unshift(row)
          if (all.length > LIVE_ROWS_MAX) all.pop()
        }),
      )
    },
    remove: (id) => setRows((all) => all.filter((row) => row.id !== id)),
  }
}

import type { CombinedError } from '@urql/core'
import type { Accessor } from 'solid-js'
import { batch, createEffect, createSignal, on } from 'solid-js'
import { createStore, produce, reconcile, unwrap } from 'solid-js/store'
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
  /** Puts a row that came live where it belongs. */
  insert: (row: Row) => void
  /** Replaces the row with the same id, or inserts it. Tells whether it was there. */
  put: (row: Row) => boolean
  remove: (id: string) => void
}

/** Rows that live changes may pile up; beyond, the oldest are let go, unless they were asked for by "Load more". */
const LIVE_ROWS_MAX = 200

/**
 * A list that is loaded page by page. When `source` changes the list starts again; an answer to an older question is dropped.
 *
 * @param load one page; `after` is undefined for the first
 * @param rank the number by which the list is sorted, the largest first
 */
export function createPaged<Row extends { id: string }, Source>(
  source: Accessor<Source>,
  load: (source: Source, after: string | undefined) => Promise<Answer<Row>>,
  rank: (row: Row) => number = () => 0,
): Paged<Row> {
  const [rows, setRows] = createStore<Row[]>([])
  const [loaded, setLoaded] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [end, setEnd] = createSignal<string | null>(null)
  const [hasMore, setHasMore] = createSignal(false)
  const [loadingMore, setLoadingMore] = createSignal(false)
  let question = 0
  /** Rows that came by pages, and whether some were let go since: then the pages are loaded anew before one more. */
  let paged = 0
  let trimmed = false

  const ask = async (after: string | undefined): Promise<void> => {
    const mine = ++question
    const { data, error } = trimmed && after ? await loadAll(rows.length) : await load(source(), after)
    if (mine !== question) return
    batch(() => {
      setLoadingMore(false)
      setFailure(error ? toFailure(error) : undefined)
      if (!data) return
      const fresh = data.edges.map((edge) => edge.node)
      if (after && !trimmed) {
        const held = new Set(rows.map((row) => row.id))
        setRows(produce((all) => void all.push(...fresh.filter((row) => !held.has(row.id)))))
      } else setRows(reconcile(fresh, { key: 'id' }))
      setEnd(data.pageInfo.endCursor)
      setHasMore(data.pageInfo.hasNextPage)
      setLoaded(true)
      paged = rows.length
      trimmed = false
    })
  }

  /** All pages up to the one that brings more than `count` rows. */
  const loadAll = async (count: number): Promise<Answer<Row>> => {
    const edges: Connection<Row>['edges'] = []
    for (let after: string | undefined; ; ) {
      const { data, error } = await load(source(), after)
      if (!data) return { error }
      edges.push(...data.edges)
      if (edges.length > count || !data.pageInfo.hasNextPage) return { data: { edges, pageInfo: data.pageInfo } }
      after = data.pageInfo.endCursor ?? undefined
    }
  }

  createEffect(
    on(source, () => {
      setLoaded(false)
      void ask(undefined)
    }),
  )

  const patch: Paged<Row>['patch'] = (id, change) => {
    const at = unwrap(rows).findIndex((row) => row.id === id)
    if (at < 0) return false
    setRows(at, produce(change))
    return true
  }
  const insert: Paged<Row>['insert'] = (row) => {
    if (!loaded()) return
    const own = rank(row)
    const place = unwrap(rows).findIndex((other) => rank(other) <= own)
    // Below the last row it belongs to a page that is not here yet.
    if (place < 0 && hasMore()) return
    const full = rows.length >= Math.max(LIVE_ROWS_MAX, paged)
    setRows(
      produce((all) => {
        all.splice(place < 0 ? all.length : place, 0, row)
        if (full) all.pop()
      }),
    )
    if (full) {
      trimmed = true
      setHasMore(true)
    }
  }

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
    patch,
    insert,
    put: (row) => {
      const known = patch(row.id, (old) => Object.assign(old, row))
      if (!known) insert(row)
      return known
    },
    remove: (id) => setRows((all) => all.filter((row) => row.id !== id)),
  }
}

import type { ObjectRef, OutputRef, SchemaTypes } from '@pothos/core'
import { DocketError } from '../domain/errors.ts'
import { builder } from './builder.ts'

/** `first` when it is not given. */
export const PAGE_DEFAULT = 20
export const PAGE_MAX = 100

/** A Relay connection that pages forward. */
export interface Page<T> {
  edges: { cursor: string; node: T }[]
  pageInfo: { startCursor: string | null; endCursor: string | null; hasNextPage: boolean; hasPreviousPage: boolean }
}

/** The page size asked for, 1–100, 20 by default. @throws DocketError BAD_USER_INPUT on `first`. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? PAGE_DEFAULT
  if (size < 1 || size > PAGE_MAX) throw new DocketError('BAD_USER_INPUT', `first must be from 1 to ${PAGE_MAX}.`, 'first')
  return size
}

/**
 * A page of `size` from up to size + 1 rows: the one too many tells that more follow, without counting.
 * `hasPreviousPage` only says that this is not the first page, as Relay allows for paging forward.
 */
export function pageOf<T>(rows: readonly T[], size: number, after: string | null | undefined, cursor: (row: T) => string): Page<T> {
  const edges = rows.slice(0, size).map((node) => ({ cursor: cursor(node), node }))
  return {
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: rows.length > size,
      hasPreviousPage: after != null,
    },
  }
}

const PageInfo = builder.objectRef<Page<unknown>['pageInfo']>('PageInfo').implement({
  fields: (t) => ({
    endCursor: t.exposeString('endCursor', { nullable: true }),
    hasNextPage: t.exposeBoolean('hasNextPage'),
    hasPreviousPage: t.exposeBoolean('hasPreviousPage'),
    startCursor: t.exposeString('startCursor', { nullable: true }),
  }),
})

/** Defines `<name>Connection` and `<name>Edge`. */
export function connectionOf<T>(name: string, node: OutputRef<T>): ObjectRef<SchemaTypes & (typeof builder)['$inferSchemaTypes'], Page<T>> {
  const Edge = builder.objectRef<Page<T>['edges'][number]>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor'),
      node: t.field({ type: node, resolve: (edge) => edge.node as never }),
    }),
  })
  return builder.objectRef<Page<T>>(`${name}Connection`).implement({
    fields: (t) => ({
      edges: t.field({ type: [Edge], resolve: (page) => page.edges }),
      pageInfo: t.field({ type: PageInfo, resolve: (page) => page.pageInfo }),
    }),
  }) as never
}

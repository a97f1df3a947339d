import type { CombinedError } from '@urql/core'
import type { Paged } from './paged.ts'
import { createPaged } from './paged.ts'

/** A list that comes as a whole: one page, after which there is nothing. */
export function createWhole<Row extends { id: string }>(
  load: () => Promise<{ data: readonly Row[] | undefined; error: CombinedError | undefined }>,
): Paged<Row> {
  return createPaged<Row, undefined>(
    () => undefined,
    async () => {
      const { data, error } = await load()
      return { error, data: data && { edges: data.map((node) => ({ node })), pageInfo: { endCursor: null, hasNextPage: false } } }
    },
  )
}

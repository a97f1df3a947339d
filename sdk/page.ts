/** One page of a list. */
export type Page<Item> = {
  items: Item[]
  /** Give it as `after` for the next page; null on an empty page. */
  endCursor: string | null
  hasNextPage: boolean
}

export type PageOptions = {
  /** Items on a page, 1–100. */
  first?: number
  /** `endCursor` of the page before. */
  after?: string
}

type Connection<Item> = { edges: { node: Item }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } }

/** The items of a GraphQL connection without its wrapping. */
export function toPage<Item>({ edges, pageInfo }: Connection<Item>): Page<Item> {
  return { items: edges.map((edge) => edge.node), endCursor: pageInfo.endCursor, hasNextPage: pageInfo.hasNextPage }
}

import DataLoader from 'dataloader'

/** One statement per tick for all ids asked for; undefined for an id that `read` does not answer. */
export const batched = <V>(read: (ids: readonly string[]) => Promise<Map<string, V>>) =>
  new DataLoader<string, V | undefined>(
    async (ids) => {
      const found = await read([...new Set(ids)])
      return ids.map((id) => found.get(id))
    },
    { cache: false },
  )

/** One statement per tick and group: `place` names the group of a key and its place in what `read` answers. */
export const grouped = <K, V>(place: (key: K) => [group: string, place: string], read: (keys: readonly K[]) => Promise<Map<string, V>>) =>
  new DataLoader<K, V | undefined>(
    async (keys) => {
      const groups = new Map<string, Map<string, K>>()
      for (const key of keys) {
        const [group, at] = place(key)
        groups.set(group, (groups.get(group) ?? new Map()).set(at, key))
      }
      const found = new Map<string, Map<string, V>>()
      await Promise.all([...groups].map(async ([group, members]) => found.set(group, await read([...members.values()]))))
      return keys.map((key) => {
        const [group, at] = place(key)
        return found.get(group)?.get(at)
      })
    },
    { cache: false },
  )

/** Rows by their key, one for each. */
export const byKey = <V>(rows: readonly V[], key: (row: V) => string): Map<string, V> => new Map(rows.map((row) => [key(row), row]))

/** Rows by their key, any number for each, in their order. */
export function listsBy<V>(rows: readonly V[], key: (row: V) => string): Map<string, V[]> {
  const lists = new Map<string, V[]>()
  for (const row of rows) {
    const list = lists.get(key(row))
    if (list) list.push(row)
    else lists.set(key(row), [row])
  }
  return lists
}

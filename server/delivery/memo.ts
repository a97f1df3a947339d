/** Remembers what was worked out for the newest `size` keys. */
export interface Memo<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

export function createMemo<V>(size: number): Memo<V> {
  const known = new Map<string, V>()
  return {
    get: (key) => known.get(key),
    set(key, value) {
      // Maps keep the order of insertion: the first one is the oldest.
      if (known.size >= size && !known.has(key)) known.delete(known.keys().next().value!)
      known.set(key, value)
    },
  }
}

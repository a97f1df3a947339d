/** Keeps what was used last. */
export interface Recent<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
}

/** @param most how much is kept in all, in the unit of `sizeOf`; default: so many values */
export function createRecent<V>(most: number, sizeOf: (value: V, key: string) => number = () => 1): Recent<V> {
  // In order of their last use, since a Map keeps that of insertion.
  const kept = new Map<string, V>()
  let size = 0

  function remove(key: string): V | undefined {
    const value = kept.get(key)
    if (value === undefined) return undefined
    kept.delete(key)
    size -= sizeOf(value, key)
    return value
  }

  function set(key: string, value: V): void {
    remove(key)
    kept.set(key, value)
    size += sizeOf(value, key)
    for (const oldest of kept.keys()) {
      if (size <= most) break
      remove(oldest)
    }
  }

  return {
    get(key) {
      const value = kept.get(key)
      if (value === undefined) return undefined
      kept.delete(key)
      kept.set(key, value)
      return value
    },
    set,
    delete: remove,
  }
}

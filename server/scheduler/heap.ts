/** Rows in the order of their instants: the earliest comes first, equal ones in any order. */
export interface Heap<T> {
  readonly size: number
  push(row: T): void
  peek(): T | undefined
  pop(): T | undefined
  /** Takes everything out, in no order. */
  drain(): T[]
}

export function createHeap<T extends { runAt: number }>(): Heap<T> {
  const rows: T[] = []
  return {
    get size() {
      return rows.length
    },
    peek: () => rows[0],
    push(row) {
      let at = rows.length
      rows.push(row)
      while (at > 0) {
        const parent = (at - 1) >> 1
        if (rows[parent]!.runAt <= row.runAt) break
        rows[at] = rows[parent]!
        at = parent
      }
      rows[at] = row
    },
    pop() {
      const top = rows[0]
      const last = rows.pop()
      if (top === undefined || last === undefined || rows.length === 0) return top
      let at = 0
      for (;;) {
        let child = 2 * at + 1
        if (child >= rows.length) break
        if (child + 1 < rows.length && rows[child + 1]!.runAt < rows[child]!.runAt) child++
        if (rows[child]!.runAt >= last.runAt) break
        rows[at] = rows[child]!
        at = child
      }
      rows[at] = last
      return top
    },
    drain: () => rows.splice(0),
  }
}

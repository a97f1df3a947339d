/**
 * The one result of an operation as a stream, which is what graphql-ws can end early: when the client completes the operation or its
 * socket closes, `gone` aborts and no result comes.
 */
export function singleResult<T>(operate: (gone: AbortSignal) => Promise<T>): AsyncIterableIterator<T, undefined> {
  const gone = new AbortController()
  const end = { value: undefined, done: true as const }
  let asked = false
  return {
    async next() {
      if (asked) return end
      asked = true
      const value = await operate(gone.signal)
      return gone.signal.aborted ? end : { value, done: false }
    },
    async return() {
      gone.abort()
      return end
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

import type { Accessor } from 'solid-js'
import { createEffect, createMemo, on, onCleanup, untrack } from 'solid-js'

/** Short enough to feel live, long enough that half a word is not asked about. */
const SETTLED_MS = 250

/**
 * Asks about what is being typed, once it rests.
 *
 * @param source what it is about; compared by value, so it is plain data
 * @param changed is called at once with each new one, and says whether there is anything to ask
 * @param ask is called when it has rested; `current` tells whether its answer is still the one that is waited for
 */
export function whenSettled<Given>(
  source: Accessor<Given>,
  changed: (given: Given) => boolean,
  ask: (given: Given, current: () => boolean) => Promise<void>,
): void {
  const key = createMemo(() => JSON.stringify(source()))
  createEffect(
    on(key, () => {
      const given = untrack(source)
      if (!changed(given)) return
      let current = true
      const timer = setTimeout(() => void ask(given, () => current), SETTLED_MS)
      onCleanup(() => {
        current = false
        clearTimeout(timer)
      })
    }),
  )
}

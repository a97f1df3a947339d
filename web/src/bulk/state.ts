import { createEffect, createSignal, on } from 'solid-js'
import type { BulkOperationViewFragment } from '../../../sdk/generated/operations.ts'
import { BulkOperationsDocument } from '../../../sdk/generated/operations.ts'
import { ask } from '../live/ask.ts'
import { useClient } from '../live/live.tsx'
import { createLoaded } from '../live/loaded.ts'
import { now } from '../ui/clock.ts'

export type Bulk = BulkOperationViewFragment

/** At most one of each kind is under way; the others are those that ended while one looked on. */
const READ = 10

/** The bulk operations that are under way, also those that others started, and those that ended since the page was opened. */
export function createBulkState() {
  const client = useClient()
  const [seen, setSeen] = createSignal<ReadonlySet<string>>(new Set())
  const latest = createLoaded<{ operations: Bulk[] }, undefined>(
    () => undefined,
    () =>
      ask(client, BulkOperationsDocument, { first: READ }, (data) => ({ operations: data.bulkOperations.edges.map(({ node }) => node) })),
  )
  const isRunning = ({ status }: Bulk) => status === 'RUNNING'
  const operations = () => latest.data()?.operations ?? []
  createEffect(() => {
    const running = operations().filter(isRunning)
    setSeen((before) => (running.every(({ id }) => before.has(id)) ? before : new Set([...before, ...running.map(({ id }) => id)])))
  })
  let asking = false
  createEffect(
    on(
      now,
      async () => {
        // A slow answer shall not be outdated by the next question, or none would ever be shown.
        if (asking || document.hidden || !operations().some(isRunning)) return
        asking = true
        await latest.reload()
        asking = false
      },
      { defer: true },
    ),
  )
  return {
    shown: () => operations().filter(({ id }) => seen().has(id)),
    failure: latest.failure,
    reload: latest.reload,
    /** One that was just started here: it is shown even if it has ended by the time it is looked at. */
    started: (id: string) => {
      setSeen((before) => new Set([...before, id]))
      void latest.reload()
    },
    dismiss: (id: string) => setSeen((before) => new Set([...before].filter((each) => each !== id))),
  }
}

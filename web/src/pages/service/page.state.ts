import type { Accessor } from 'solid-js'
import { createEffect, on } from 'solid-js'
import type { ServiceViewFragment } from '../../../../sdk/generated/operations.ts'
import { ServiceDocument } from '../../../../sdk/generated/operations.ts'
import { createInvocationList } from '../../invocation-list/state.ts'
import { useClient } from '../../live/live.tsx'
import { createLoaded } from '../../live/loaded.ts'
import { now } from '../../ui/clock.ts'

export type Service = ServiceViewFragment
export type ServiceState = ReturnType<typeof createServiceState>

/** Circuit and runs under way change by themselves. */
const LOOK_AGAIN_S = 5
/** Enough to see what is wrong; the rest is a press away. */
const FAILURES_SHOWN = 10

/** One service, and what failed on it lately. */
export function createServiceState(id: Accessor<string>) {
  const client = useClient()
  const service = createLoaded<Service, string>(id, async (asked) => {
    const { data, error } = await client.query(ServiceDocument, { id: asked }).toPromise()
    // The id of something else has none of the fields.
    const found = data?.node && 'baseUrl' in data.node ? (data.node as Service) : null
    return { data: data && found, error }
  })
  let seconds = 0
  createEffect(
    on(
      now,
      () => {
        if (++seconds % LOOK_AGAIN_S === 0 && !document.hidden && service.data()) void service.reload()
      },
      { defer: true },
    ),
  )
  const failures = createInvocationList(() => ({ serviceId: id(), statuses: ['FAILED', 'RETRYING'] }), FAILURES_SHOWN)
  return { service, failures }
}

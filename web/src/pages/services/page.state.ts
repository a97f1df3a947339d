import { createEffect, on } from 'solid-js'
import type { ServiceViewFragment } from '../../../../sdk/generated/operations.ts'
import { ServicesDocument } from '../../../../sdk/generated/operations.ts'
import { ask } from '../../live/ask.ts'
import { useClient } from '../../live/live.tsx'
import { createPaged } from '../../live/paged.ts'
import { now } from '../../ui/clock.ts'

export type ServiceRow = ServiceViewFragment

const PAGE_SIZE = 50
/** Circuits open and close by themselves. */
const LOOK_AGAIN_S = 10

export function createServicesState() {
  const client = useClient()
  const services = createPaged<ServiceRow, undefined>(
    () => undefined,
    (_, after) => ask(client, ServicesDocument, { first: PAGE_SIZE, after }, (data) => data.services),
    ({ createdAt }) => Date.parse(createdAt),
  )
  let seconds = 0
  createEffect(
    on(
      now,
      () => {
        // Beyond the first page it would take the others away.
        if (++seconds % LOOK_AGAIN_S === 0 && !document.hidden && services.rows.length <= PAGE_SIZE) void services.reload()
      },
      { defer: true },
    ),
  )
  return services
}

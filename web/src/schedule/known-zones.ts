import { createMemo, createSignal } from 'solid-js'
import { TimezonesDocument } from '../../../sdk/generated/operations.ts'
import { browserZone } from '../format.ts'
import type { Failure } from '../live/failure.ts'
import { toFailure } from '../live/failure.ts'
import { useClient } from '../live/live.tsx'
import type { Zone } from './zones.ts'
import { zonesFor } from './zones.ts'

/** Asked once for the whole page: a server knows the same zones until it is replaced. */
const [known, setKnown] = createSignal<readonly Zone[]>()
const [failure, setFailure] = createSignal<Failure>()
let asking = false

/** The zones to choose from, the browser's own first. Until the server has named them, or while it does not answer, that one and UTC. */
export function createZones() {
  const client = useClient()
  const load = async (): Promise<void> => {
    if (known() || asking) return
    asking = true
    const { data, error } = await client.query(TimezonesDocument, {}).toPromise()
    asking = false
    setFailure(error && toFailure(error))
    if (data) setKnown(data.timezones)
  }
  void load()
  return { zones: createMemo(() => zonesFor(browserZone(), known() ?? [])), failure, reload: load }
}

import { useLocation } from '@solidjs/router'
import { createEffect, createSignal, on } from 'solid-js'
import type { Capability, ViewerQuery } from '../../../sdk/generated/operations.ts'
import { ViewerDocument } from '../../../sdk/generated/operations.ts'
import { useClient, useSocket } from '../live/live.tsx'

export type Viewer = ViewerQuery['viewer']

/** Who looks at the page, and what they may; undefined until that is known. */
const [viewer, setViewer] = createSignal<Viewer>()

export { viewer }

/** Whether the viewer's role and scopes reach so far; what they do not reach is not offered. False until that is known. */
export const may = (capability: Capability): boolean => viewer()?.capabilities.includes(capability) ?? false

/** Answers to older questions shall not undo what is known since. */
let question = 0

/** Gives what looks up anew who the viewer is; when that fails, the last known stays. */
export function createViewerReload(): () => Promise<void> {
  const client = useClient()
  return async () => {
    const mine = ++question
    const { data } = await client.query(ViewerDocument, {}).toPromise()
    if (data && mine === question) setViewer(data.viewer)
  }
}

/** Keeps `viewer` as it is on the server: looked up with each page, since a role may change, and after a lost connection. */
export function keepViewer(): void {
  const socket = useSocket()
  const location = useLocation()
  const reload = createViewerReload()
  createEffect(on([() => location.pathname, socket.gaps], () => void reload()))
}

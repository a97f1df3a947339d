import { Provider, useClient } from '@urql/solid'
import type { JSX } from 'solid-js'
import { createContext, useContext } from 'solid-js'
import { createDashboardClient } from './client.ts'
import type { Cursor } from './cursor.ts'
import { createCursor } from './cursor.ts'
import type { Socket } from './socket.ts'
import { createSocket } from './socket.ts'

export { useClient }

const LiveContext = createContext<{ socket: Socket; cursor: Cursor }>()

/**
 * Gives everything below it the one client and the one socket. `onSignedOut` is called when an answer says that no session is left.
 * An `anonymous` one never shows the server the session's cookie, for pages that are the same for everyone.
 */
export function Live(props: { anonymous?: boolean; onSignedOut?: () => void; children: JSX.Element }): JSX.Element {
  const anonymous = props.anonymous ?? false
  const socket = createSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`, anonymous, {
    signedOut: () => props.onSignedOut?.(),
    // A whole new page: nothing of the project before stays in memory.
    moved: () => location.assign('/'),
  })
  const client = createDashboardClient(socket, anonymous, () => props.onSignedOut?.())
  return (
    <LiveContext.Provider value={{ socket, cursor: createCursor(client) }}>
      <Provider value={client}>{props.children}</Provider>
    </LiveContext.Provider>
  )
}

export const useSocket = (): Socket => useLive().socket
export const useCursor = (): Cursor => useLive().cursor

function useLive() {
  const live = useContext(LiveContext)
  if (!live) throw new Error('Live connections need <Live> above them.')
  return live
}

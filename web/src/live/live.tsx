import { Provider, useClient } from '@urql/solid'
import type { JSX } from 'solid-js'
import { createContext, useContext } from 'solid-js'
import { createDashboardClient } from './client.ts'
import type { Socket } from './socket.ts'
import { createSocket } from './socket.ts'

export { useClient }

const SocketContext = createContext<Socket>()

/** Gives everything below it the one client and the one socket. `onSignedOut` is called when an answer says that no session is left. */
export function Live(props: { onSignedOut: () => void; children: JSX.Element }): JSX.Element {
  const socket = createSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`)
  const client = createDashboardClient(socket, () => props.onSignedOut())
  return (
    <SocketContext.Provider value={socket}>
      <Provider value={client}>{props.children}</Provider>
    </SocketContext.Provider>
  )
}

export function useSocket(): Socket {
  const socket = useContext(SocketContext)
  if (!socket) throw new Error('useSocket needs <Live> above it.')
  return socket
}

import type { Actor } from '../domain/actor.ts'

/** Who is signed in, and by what: the credential is looked at again while a WebSocket is open. */
export interface Viewer {
  projectId: string
  actor: Actor
  credential: Credential
}

export type Credential = { kind: 'TOKEN'; token: string } | { kind: 'SESSION'; secret: string }

import type { Access } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'

/** Who is signed in, and by what: the credential is looked at again while a WebSocket is open. */
export interface Viewer {
  projectId: string
  actor: Actor
  /** What he may, as it was when the credential was looked at. */
  access: Access
  /** UUID of the browser's session; null for an API token. */
  sessionId: string | null
  /** When the credential reaches its end by the clock, as `monotonic()` counts; Infinity: never. */
  endsAt: number
  credential: Credential
}

export type Credential = { kind: 'TOKEN'; token: string } | { kind: 'SESSION'; secret: string }

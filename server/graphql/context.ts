import type { Viewer } from '../auth/viewer.ts'
import type { CommandContext } from '../commands/context.ts'
import type { Guesses } from '../commands/set-password.ts'
import { requireCapability } from '../domain/access.ts'
import type { EgressRules } from '../domain/egress.ts'
import { DocketError } from '../domain/errors.ts'
import type { ReceiptTokens } from '../domain/receipt.ts'
import type { RateLimit } from '../http/rate-limit.ts'
import type { Live } from '../live/live.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { Passwords } from '../store/passwords.ts'
import type { Deadline } from './deadline.ts'
import type { Loaders } from './loaders.ts'
import type { WaitingRoom } from './waiting-room.ts'

/** What every operation shares: made once per process. */
export interface Services {
  db: Database
  live: Live
  log: Log
  loaders: Loaders
  receipts: ReceiptTokens
  /** Without a trailing slash. */
  publicUrl: string
  /** Start of the names of Docket's own headers, which an action must not set. */
  headerPrefix: string
  /** Where requests may go. */
  egress: EgressRules
  /** Receipts that were not found, per address: a token cannot be guessed, but trying costs the database a read each. */
  receiptMisses: RateLimit
  passwords: Passwords
  /** Tries at passwords, which all ways to try share. */
  guesses: Guesses
  /** What the operator calls his OpenID Connect provider; undefined without one. */
  oidcName: string | undefined
  /** Where callers wait for the end of what they asked for. */
  waitingRoom: WaitingRoom
}

/** What a resolver sees. */
export interface Context extends Services {
  /** Null when nobody is signed in: only the receipt fields answer then. */
  viewer: Viewer | null
  /** Address of the other end of the socket. */
  ip: string
  /** Closes the WebSocket of a subscription whose reader does not keep up. */
  onStalled?: () => void
  /** Aborts when nobody reads the answer any more. */
  gone?: AbortSignal
  /** Of the query or mutation. */
  deadline?: Deadline
}

/** @throws DocketError UNAUTHENTICATED when nobody is signed in. */
export function viewerOf(context: Context): Viewer {
  if (context.viewer) return context.viewer
  throw new DocketError('UNAUTHENTICATED', 'Sign in, or send an API token as "Authorization: Bearer …".')
}

/**
 * The viewer's project, in which he may look: every read is scoped to it.
 * @throws DocketError UNAUTHENTICATED when nobody is signed in; FORBIDDEN for a token without the scope READ
 */
export function projectOf(context: Context): string {
  const { projectId, access } = viewerOf(context)
  requireCapability(access, 'READ')
  return projectId
}

/** In whose name a command runs, under which rights, and from where. */
export const commandContext = (context: Context): CommandContext => {
  const { projectId, actor, access } = viewerOf(context)
  return { db: context.db, projectId, actor, access, ip: context.ip, headerPrefix: context.headerPrefix, egress: context.egress }
}

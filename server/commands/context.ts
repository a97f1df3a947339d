import type { Access } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'
import type { EgressRules } from '../domain/egress.ts'
import type { Database } from '../store/database.ts'

/** On whose behalf and in which project a command runs. */
export interface CommandContext {
  db: Database
  projectId: string
  actor: Actor
  /** Under which rights. Absent: those of the system itself, which may do everything. */
  access?: Access
  /** Address of who asks, for the audit. */
  ip?: string
  /** HEADER_PREFIX; headers that begin with it are Docket's own. Default: `X-Forte`. */
  headerPrefix?: string
  /** Where requests may go. Default: the public internet. */
  egress?: EgressRules
}

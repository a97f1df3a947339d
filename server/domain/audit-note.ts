import type { Access } from './access.ts'
import type { Actor } from './actor.ts'
import type { AuditEntry, AuditResult } from './audit-entry.ts'
import { differences, redacted, storableText } from './audit-redaction.ts'

/** In whose name something is noted. A command's context is one. */
export interface AuditAuthor {
  /** Null for what belongs to no project, such as a sign-in that failed. */
  projectId: string | null
  actor: Actor
  /** Tells for whom a token acts. */
  access?: Pick<Access, 'personId'> | undefined
  /** Address of who asked. */
  ip?: string | undefined
}

/**
 * What was done. Ids are UUIDs but for `object.id`, which is as people see it. `data`, `before` and `after` are redacted by the names of their
 * members and by looks, headers by the allow-list; of `before` and `after` only the members that differ are kept. What is secret by itself,
 * under a name that does not tell, must not be given.
 */
export interface AuditNote {
  /** As `action.updated`: the noun, and what became of it. */
  verb: string
  object?: { type: string; id: string }
  actionId?: string | null
  invocationId?: string | null
  record?: { type: string; id: string } | null
  data?: unknown
  before?: unknown
  after?: unknown
  /** Default DONE. */
  result?: AuditResult
  /** Of the refusal or the error. */
  code?: string | null
}

/** The entry that a note makes. `id`: a new UUIDv7; `at`: epoch ms. */
export function entryOf({ projectId, actor, access, ip }: AuditAuthor, note: AuditNote, id: string, at: number): AuditEntry {
  const [before, after] = differences(note.before, note.after)
  return {
    id,
    projectId,
    at: new Date(at).toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: storable(actor.name),
    // Who is signed in acts for himself.
    onBehalfOf: actor.kind === 'USER' ? null : (access?.personId ?? null),
    verb: note.verb,
    objectType: note.object?.type ?? null,
    objectId: storable(note.object?.id),
    actionId: note.actionId ?? null,
    invocationId: note.invocationId ?? null,
    recordType: storable(note.record?.type),
    recordId: storable(note.record?.id),
    data: redacted(note.data),
    before: redacted(before),
    after: redacted(after),
    result: note.result ?? 'DONE',
    code: note.code ?? null,
    ip: storable(ip),
  }
}

const storable = (text: string | null | undefined): string | null => (text ? storableText(text) : null)

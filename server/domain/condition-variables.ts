import type { RecordInput } from './action-input.ts'
import type { Actor } from './actor.ts'
import type { ConditionInput } from './condition-input.ts'

/** What a condition is about. What is null is missing there: `has(actor.email)` is false. */
export interface Variables {
  actor: ActorVariable
  record: RecordInput | null
  /** The body that is to be sent. */
  input: ConditionInput
  action: ActionVariable
}

export interface ActorVariable {
  /** TypeID. */
  id: string | null
  kind: Actor['kind']
  name: string
  /** Of the person, also behind a token. */
  email: string | null
  /** Name of the role; null for the system. */
  role: string | null
}

export interface ActionVariable {
  /** TypeID; null for a request of its own that is not stored yet. */
  id: string | null
  key: string | null
  name: string | null
  kind: string
  method: string | null
  /** Absolute. */
  url: string | null
  tags: readonly string[]
  recordType: string | null
}

export const VARIABLES = ['actor', 'record', 'input', 'action'] as const

// Fields and their types in the language: a name that is not here is refused when a condition is saved.

export const ACTOR_FIELDS = { id: 'string', kind: 'string', name: 'string', email: 'string', role: 'string' } as const satisfies Record<
  keyof ActorVariable,
  string
>

export const RECORD_FIELDS = { type: 'string', id: 'string' } as const satisfies Record<keyof RecordInput, string>

export const ACTION_FIELDS = {
  id: 'string',
  key: 'string',
  name: 'string',
  kind: 'string',
  method: 'string',
  url: 'string',
  tags: 'list<string>',
  recordType: 'string',
} as const satisfies Record<keyof ActionVariable, string>

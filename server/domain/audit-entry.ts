import { createHash, createHmac, type KeyObject } from 'node:crypto'
import type { Actor } from './actor.ts'

export const AUDIT_RESULTS = ['DONE', 'REFUSED', 'FAILED'] as const
export type AuditResult = (typeof AUDIT_RESULTS)[number]

/** What one entry of the audit says. Ids are UUIDs but for `objectId`, which is as people see it. */
export interface AuditEntry {
  id: string
  projectId: string | null
  /** ISO 8601, UTC, to the millisecond. */
  at: string
  actorKind: Actor['kind']
  actorId: string | null
  actorName: string | null
  onBehalfOf: string | null
  verb: string
  objectType: string | null
  objectId: string | null
  actionId: string | null
  invocationId: string | null
  recordType: string | null
  recordId: string | null
  /** Redacted JSON in canonical form, as it is stored. */
  data: string | null
  before: string | null
  after: string | null
  result: AuditResult
  code: string | null
  ip: string | null
}

/** An entry in its place. */
export interface ChainedEntry extends AuditEntry {
  chainId: string
  /** From 1, without a gap. */
  seq: number
  /** Lower-case hex, as is `hash`. */
  prevHash: string
  hash: string
}

/** What the first entry of a chain has as `prevHash`: it begins there and nowhere else. */
export const firstHash = (chainId: string): string => createHash('sha256').update(chainId).digest('hex')

/**
 * HMAC-SHA-256 of the hash before it (as hex) and the entry in canonical form. Hex.
 * Who can write to the database cannot make one without the key, and cannot move one: its chain and its number are in it.
 */
export const hashOf = (key: KeyObject, prevHash: string, entry: AuditEntry, chainId: string, seq: number): string =>
  createHmac('sha256', key)
    .update(prevHash + canonicalEntry(entry, chainId, seq))
    .digest('hex')

/**
 * The entry as RFC 8785 writes it: members in the order of their names, those that are null left out, so that a column that is added later
 * changes no hash of before. Written out, because the entries of every delivery are made by it: what holds only hex digits, dashes or our own
 * upper-case words needs no escaping, and JSON stands there as canonical text already.
 */
export function canonicalEntry(e: AuditEntry, chainId: string, seq: number): string {
  return `{${e.actionId === null ? '' : `"action_id":"${e.actionId}",`}${e.actorId === null ? '' : `"actor_id":"${e.actorId}",`}"actor_kind":"${
    e.actorKind
  }",${text('actor_name', e.actorName)}${e.after === null ? '' : `"after":${e.after},`}"at":"${e.at}",${
    e.before === null ? '' : `"before":${e.before},`
  }"chain_id":"${chainId}",${text('code', e.code)}${e.data === null ? '' : `"data":${e.data},`}"id":"${e.id}",${
    e.invocationId === null ? '' : `"invocation_id":"${e.invocationId}",`
  }${text('ip', e.ip)}${text('object_id', e.objectId)}${text('object_type', e.objectType)}${
    e.onBehalfOf === null ? '' : `"on_behalf_of":"${e.onBehalfOf}",`
  }${e.projectId === null ? '' : `"project_id":"${e.projectId}",`}${text('record_id', e.recordId)}${text('record_type', e.recordType)}"result":"${
    e.result
  }","seq":${seq},"verb":${JSON.stringify(e.verb)}}`
}

const text = (name: string, value: string | null): string => (value === null ? '' : `"${name}":${JSON.stringify(value)},`)

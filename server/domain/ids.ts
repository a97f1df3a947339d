import { fromUUID, parseTypeId, toUUID } from 'typeid-js'
import { v7 } from 'uuid'
import { notFound } from './errors.ts'

/** Prefix of each kind of id at the edges (CONTRACT §1); inside, keys are plain UUIDv7. */
export const ID_PREFIX = {
  project: 'prj',
  service: 'svc',
  action: 'act',
  invocation: 'inv',
  attempt: 'att',
  approval: 'apr',
  token: 'tok',
  user: 'usr',
  role: 'rol',
  event: 'evt',
} as const

export type Noun = keyof typeof ID_PREFIX

/** A new primary key: UUIDv7, so that rows made together lie together in the indexes. */
export const newId = (): string => v7()

/** `inv_01h…` for the UUID of an invocation. */
export const publicId = (noun: Noun, uuid: string): string => fromUUID(uuid, ID_PREFIX[noun])

/**
 * The UUID inside a TypeID of that noun.
 * A malformed id and one of another kind answer NOT_FOUND like an unknown one.
 */
export function internalId(noun: Noun, id: string, field?: string): string {
  const uuid = parseId(id)
  if (uuid?.noun !== noun) throw notFound(noun === 'token' ? 'API token' : noun[0]!.toUpperCase() + noun.slice(1), field)
  return uuid.uuid
}

/** Noun and UUID of any TypeID of ours; undefined for anything else. */
export function parseId(id: string): { noun: Noun; uuid: string } | undefined {
  try {
    const { prefix } = parseTypeId(id as never) as { prefix: string }
    const noun = (Object.keys(ID_PREFIX) as Noun[]).find((key) => ID_PREFIX[key] === prefix)
    return noun && { noun, uuid: toUUID(id as never) }
  } catch {
    return undefined
  }
}

import { parseTypeId, toUUID } from 'typeid-js'
import { notFound } from './errors.ts'

/** Prefix of each kind of id at the edges; inside, keys are plain UUIDv7. */
const ID_PREFIX = {
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
  calendar: 'cal',
  secret: 'sec',
  backfill: 'bkf',
  limit: 'lim',
  /** Of the callback of an invocation: made of the invocation's UUID. */
  callback: 'cbk',
  bulk: 'blk',
  session: 'ses',
  invite: 'ivt',
  permission: 'prm',
  grant: 'grt',
  audit: 'aud',
  notice: 'ntc',
} as const

export type Noun = keyof typeof ID_PREFIX

const NAMES: Readonly<Partial<Record<Noun, string>>> = { token: 'API token', user: 'Member', invite: 'Invitation' }

/** `inv_01h…` for the UUID of an invocation. */
export const publicId = (noun: Noun, uuid: string): string => `${ID_PREFIX[noun]}_${toBase32(uuid)}`

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
/** Two characters for each 10 bits. */
const PAIRS = Array.from({ length: 1024 }, (_, bits) => ALPHABET[bits >> 5]! + ALPHABET[bits & 31]!)

/** The 128 bits of a UUID behind two zero bits, ten at a time; written out because every request that goes out carries two. */
function toBase32(uuid: string): string {
  const a = Number.parseInt(uuid.slice(0, 8), 16)
  const b = Number.parseInt(uuid.slice(9, 13) + uuid.slice(14, 18), 16)
  const c = Number.parseInt(uuid.slice(19, 23) + uuid.slice(24, 28), 16)
  const d = Number.parseInt(uuid.slice(28), 16)
  return (
    PAIRS[a >>> 24]! +
    PAIRS[(a >>> 14) & 1023] +
    PAIRS[(a >>> 4) & 1023] +
    PAIRS[((a & 15) << 6) | (b >>> 26)] +
    PAIRS[(b >>> 16) & 1023] +
    PAIRS[(b >>> 6) & 1023] +
    PAIRS[((b & 63) << 4) | (c >>> 28)] +
    PAIRS[(c >>> 18) & 1023] +
    PAIRS[(c >>> 8) & 1023] +
    PAIRS[((c & 255) << 2) | (d >>> 30)] +
    PAIRS[(d >>> 20) & 1023] +
    PAIRS[(d >>> 10) & 1023] +
    PAIRS[d & 1023]
  )
}

/**
 * The UUID inside a TypeID of that noun.
 * A malformed id and one of another kind answer NOT_FOUND like an unknown one.
 */
export function internalId(noun: Noun, id: string, field?: string): string {
  const uuid = parseId(id)
  if (uuid?.noun !== noun) throw notFound(NAMES[noun] ?? noun[0]!.toUpperCase() + noun.slice(1), field)
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

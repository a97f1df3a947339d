import { DocketError } from './errors.ts'
import { parseId, publicId } from './ids.ts'

/** Room for `seq` beside the bits that make a UUID of version 8. */
const SEQ_BITS = 62n
const SEQ_MAX = (1n << SEQ_BITS) - 1n

/**
 * The cursor of an event: an `evt_…` TypeID around a UUID of version 8 that holds its place in the log.
 * The 12 bits beside the version hold a checksum, so that a mistyped cursor is refused instead of replaying from elsewhere.
 */
export function eventCursor(seq: bigint): string {
  const hex = seqBytes(seq)
  return publicId('event', `00000000-0000-8${checksum(seq)}-${hex.slice(0, 4)}-${hex.slice(4)}`)
}

/**
 * The place in the log that a cursor stands for.
 * @throws DocketError BAD_USER_INPUT on `field` for anything that eventCursor did not make
 */
export function seqOfCursor(cursor: string, field = 'after'): bigint {
  const id = parseId(cursor)
  const bits = id?.noun === 'event' ? BigInt(`0x${id.uuid.replaceAll('-', '')}`) : 0n
  const seq = bits & SEQ_MAX
  if (id?.noun !== 'event' || eventCursor(seq) !== cursor) {
    throw new DocketError('BAD_USER_INPUT', `${field} must be the cursor of an event, as the server gave it out.`, field)
  }
  return seq
}

/** 16 hex digits: the two bits of the UUID's variant, then `seq`. */
const seqBytes = (seq: bigint): string => ((2n << SEQ_BITS) | seq).toString(16).padStart(16, '0')

/** Three hex digits. Each bit of the number moves several of them (multiplication by 2⁶⁴ / golden ratio). */
const checksum = (seq: bigint): string => (BigInt.asUintN(64, (seq + 1n) * 0x9e3779b97f4a7c15n) >> 52n).toString(16).padStart(3, '0')

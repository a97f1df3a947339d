import { seqOfCursor } from '../domain/cursor.ts'
import { DocketError } from '../domain/errors.ts'
import type { Database } from '../store/database.ts'
import { beginOfLog } from '../store/event-log.ts'

/**
 * The place in the log that a cursor of the argument `after` stands for.
 * @throws DocketError BAD_USER_INPUT for a forged one; CURSOR_EXPIRED when events behind it are gone
 */
export async function placeOfCursor(db: Database, cursor: string): Promise<bigint> {
  const place = seqOfCursor(cursor, 'after')
  await checkKept(db, place)
  return place
}

/** @throws DocketError CURSOR_EXPIRED when events behind this place are gone */
export async function checkKept(db: Database, place: bigint): Promise<void> {
  if (place >= (await beginOfLog(db))) return
  throw new DocketError(
    'CURSOR_EXPIRED',
    'Events behind this cursor are not kept any more (RETENTION_DAYS). Read project.eventCursor, load what you show, and go on from that cursor.',
    'after',
  )
}

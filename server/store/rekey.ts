import type { Database } from './database.ts'
import { readNoted, writeNoted } from './installation.ts'
import { type RowPlace, rekeyPage } from './rekey-page.ts'
import { HEADER_COLUMNS, SEALED_KINDS, type SealedKind, SMALL_COLUMNS } from './sealed-columns.ts'
import { onlyPresentKey } from './sealing-keys.ts'
import type { Progress } from './starting.ts'

/** Where a pass over everything that is sealed stands. */
export interface RekeyPlace extends RowPlace {
  /** Index of the column. */
  column: number
  /** What the pass has resealed so far. */
  resealed: number
}

export interface RekeyedStep {
  counts: Record<SealedKind, number>
  unreadable: number
  /** Where the next step begins; null at the end of the pass. */
  next: RekeyPlace | null
  /** The pass has ended and found nothing to do: no other key is needed any more. */
  clean: boolean
}

/** The small tables come last: as long as they hold another key, a start knows that the pass has not ended. */
const COLUMNS = [...HEADER_COLUMNS, ...SMALL_COLUMNS]
const PAGES = 5

/**
 * Seals by the present key what another one sealed, some pages at a time, from `place` (null: from the beginning). It may be stopped, repeated
 * and run several times at once, beside servers at work. A pass that resealed something wants another one after it.
 */
export async function rekeyStep(db: Pick<Database, 'pool' | 'vault'>, place: RekeyPlace | null): Promise<RekeyedStep> {
  const counts = Object.fromEntries(SEALED_KINDS.map((kind) => [kind, 0])) as Record<SealedKind, number>
  let unreadable = 0
  let at: RowPlace | null = place
  let column = place?.column ?? 0
  let resealed = place?.resealed ?? 0
  for (let pages = 0; pages < PAGES && column < COLUMNS.length; pages++) {
    const page = await rekeyPage(db, COLUMNS[column]!, at)
    counts[COLUMNS[column]!.kind] += page.resealed
    resealed += page.resealed
    unreadable += page.unreadable
    at = page.last
    if (!at) column++
  }
  if (column < COLUMNS.length) {
    const { id, version } = at ?? { id: COLUMNS[column]!.first, version: -1 }
    return { counts, unreadable, next: { column, id, version, resealed }, clean: false }
  }
  const clean = resealed === 0
  if (clean) await onlyPresentKey(db)
  return { counts, unreadable, next: null, clean }
}

/** Set when no headers are left that were stored before there was a vault. */
const NOTE = 'headers-sealed'

/** Seals the headers that were stored as plain JSON before there was a vault; once, at the first start with one. Several servers may do it at once. */
export async function sealPlainHeaders(db: Pick<Database, 'pool' | 'vault'>, say: Progress): Promise<void> {
  if ((await readNoted(db.pool, NOTE)) !== undefined) return
  let sealed = 0
  for (const column of HEADER_COLUMNS) {
    let at: RowPlace | null = null
    do {
      const page = await rekeyPage(db, column, at, 'plain')
      sealed += page.resealed
      at = page.last
    } while (at)
  }
  if (sealed > 0) say.info(`Sealed the headers of ${sealed} requests that were stored before.`)
  await writeNoted(db.pool, NOTE, 'yes')
}

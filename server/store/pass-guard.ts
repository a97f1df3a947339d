import type { AuditAuthor, AuditNote } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { holdGuarded, judgeGuarded } from './judge-guarded.ts'
import { refuseGuarded } from './refuse-guarded.ts'

export interface Passed {
  /** Those that may be sent, by id: the version of their project's rules under which that was said. */
  judged: ReadonlyMap<string, number>
  /** How many may not, and were ended or put back. */
  refused: number
}

/**
 * Judges runs once more just before they are sent: who asked for them, who approved them and what they would send. They stay as they are until
 * the transaction ends. What someone else is changing at this moment is in neither count, and waits for the next look.
 */
export async function passGuard(
  sql: Sql,
  db: Pick<Database, 'vault'>,
  ids: readonly string[],
  note: (author: AuditAuthor, note: AuditNote) => void,
): Promise<Passed> {
  if (ids.length === 0) return { judged: new Map(), refused: 0 }
  const held = await holdGuarded(sql, ids)
  const { passed, refused } = await judgeGuarded(sql, db.vault, held)
  await refuseGuarded(sql, db, refused, note)
  return { judged: passed, refused: refused.length }
}

import type pg from 'pg'
import type { AuditEntry } from '../domain/audit-entry.ts'
import { type AuditAuthor, type AuditNote, entryOf } from '../domain/audit-note.ts'
import { newId } from '../new-id.ts'
import type { Placed } from './audit-chains.ts'
import { entriesJson, insertEntries, writeEntries } from './audit-insert.ts'
import { type Database, transaction } from './database.ts'
import { isUndone } from './is-undone.ts'

export type { AuditAuthor, AuditNote } from '../domain/audit-note.ts'

/** In whose name something is noted, and where. A command's context is one. */
export interface AuditContext extends AuditAuthor {
  db: Database
}

/**
 * Runs `work` in one transaction together with what it notes: both are there, or neither. The notes are written behind its last statement;
 * work that notes nothing costs nothing more. A transaction that fails leaves no entry.
 */
export function audited<T>(ctx: AuditContext, work: (sql: pg.PoolClient, note: (note: AuditNote) => void) => Promise<T>): Promise<T> {
  return auditedOn(ctx.db, ctx.db.pool, (sql, note) => work(sql, (one) => note(ctx, one)))
}

/** The same on other connections, such as the scheduler's, and with an author for each note. */
export function auditedOn<T>(
  db: Pick<Database, 'audit'>,
  pool: pg.Pool,
  work: (sql: pg.PoolClient, note: (author: AuditAuthor, note: AuditNote) => void) => Promise<T>,
): Promise<T> {
  return withEntries(db, pool, (sql, add) => work(sql, (author, note) => add(entryNow(author, note))))
}

/** The same with entries that are made already: they must be redacted, and their JSON canonical. */
export async function withEntries<T>(
  { audit }: Pick<Database, 'audit'>,
  pool: pg.Pool,
  work: (sql: pg.PoolClient, add: (entry: AuditEntry) => void) => Promise<T>,
): Promise<T> {
  await audit?.ready()
  const entries: AuditEntry[] = []
  let placed: Placed | undefined
  try {
    const result = await transaction(pool, async (sql) => {
      const result = await work(sql, (entry) => entries.push(entry))
      if (!audit || entries.length === 0) return result
      placed = audit.place(entries)
      await writeEntries(sql, placed.rows)
      return result
    })
    placed?.written()
    return result
  } catch (error) {
    if (isUndone(error)) placed?.unwritten()
    throw error
  }
}

/** Writes one entry by itself, for what changes nothing: a refusal, a sign-in that failed. */
export const noteAlone = (ctx: AuditContext, note: AuditNote): Promise<void> => audited(ctx, async (_, add) => add(note))

/** What a statement that carries its own entries tells. */
export interface Stated<T> {
  value: T
  /** Whether the statement's `when` held, that is, whether the entries were written. */
  written: boolean
}

/**
 * For a hot single statement that is its own transaction: the entries go with it as a parameter, and `auditCte` in its `with` writes them, all
 * or none. Nothing else is asked of the database. `run` must be called with a statement that commits by itself, not inside a transaction.
 *
 * @param run gets the value of that parameter; tells whether they were written
 *
 * @example
 * statedWith(db, [{ author: ctx, note: { verb: 'invocation.requested', invocationId: id } }], async (entries) => {
 *   const { rows } = await db.pool.query(`with added as (insert …returning id), ${auditCte('$2', 'exists (select from added)')} select id from added`, [id, entries])
 *   return { value: rows[0]?.id, written: rows.length > 0 }
 * })
 */
export async function statedWith<T>(
  { audit }: Pick<Database, 'audit'>,
  notes: readonly { author: AuditAuthor; note: AuditNote }[],
  run: (entries: string) => Promise<Stated<T>>,
): Promise<T> {
  if (!audit || notes.length === 0) return (await run('[]')).value
  await audit.ready()
  const placed = audit.place(notes.map(({ author, note }) => entryNow(author, note)))
  try {
    const { value, written } = await run(entriesJson(placed.rows))
    if (written) placed.written()
    else placed.unwritten()
    return value
  } catch (error) {
    if (isUndone(error)) placed.unwritten()
    throw error
  }
}

/**
 * `noted as (insert …)` for the `with` of such a statement.
 * @param given the parameter, as `$9`; its type is text or json
 * @param when SQL condition under which they are written, as `exists (select from added)`
 */
export const auditCte = (given: string, when: string): string => `noted as (${insertEntries(given, when)})`

const entryNow = (author: AuditAuthor, note: AuditNote): AuditEntry => entryOf(author, note, newId(), Date.now())

import type { ChainedEntry } from '../domain/audit-entry.ts'
import type { AuditFilter } from '../domain/audit-filter.ts'
import { auditRows } from './audit-conditions.ts'
import { ENTRY_COLUMNS } from './audit-read.ts'
import type { Sql } from './database.ts'

const PAGE_ROWS = 500

/**
 * The entries that a project sees and that match, oldest first, a page at a time. What is written while they are read may or may not be among
 * them.
 */
export async function* readProject(sql: Sql, projectId: string, filter: AuditFilter): AsyncGenerator<ChainedEntry[]> {
  for (let after: string | undefined, full = true; full; ) {
    const { text, values } = auditRows(ENTRY_COLUMNS, { projectId, filter, after, order: 'asc', limit: PAGE_ROWS })
    const { rows } = await sql.query<ChainedEntry>(text, values)
    if (rows.length > 0) yield rows
    after = rows.at(-1)?.id ?? after
    full = rows.length === PAGE_ROWS
  }
}

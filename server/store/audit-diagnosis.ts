import type { KeyObject } from 'node:crypto'
import { type AuditFault, type FirstBad, isGenuine, type Misfit } from '../domain/audit-check.ts'
import { type ChainedEntry, firstHash } from '../domain/audit-entry.ts'
import { readChained } from './audit-read.ts'
import type { Sql } from './database.ts'

/** How far from its place an entry of the same chain is looked for. */
const NEAR_ENTRIES = 2_000

/** Tells what became of the first entry that does not fit. It may read the whole table, once. */
export async function diagnose(sql: Sql, key: KeyObject, misfit: Misfit): Promise<FirstBad> {
  const { entry } = misfit
  const found = (reason: AuditFault, seq = entry.seq): FirstBad => ({
    id: entry.id,
    projectId: entry.projectId,
    chain: entry.chainId,
    seq,
    reason,
  })
  if (entry.seq !== misfit.seq) return found('MISSING', misfit.seq)
  if (isGenuine(key, entry)) return found('FORKED')
  const origin = await originOf(sql, key, entry).catch(unlessTooLong)
  if (origin) return found(origin)
  const [next] = await readChained(sql, entry, 1)
  const follows = next?.chainId === entry.chainId && next.seq === entry.seq + 1
  // What stands behind it was written behind what stands before it.
  return found(follows && next.prevHash === misfit.prevHash && next.hash !== entry.hash ? 'INSERTED' : 'CHANGED')
}

/** SQLSTATE of a statement that took too long: the table is large, and that an entry is bad matters more than how. */
const TOO_LONG = '57014'

function unlessTooLong(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== TOO_LONG) throw error
}

/** Whether it was written as it is, but elsewhere. */
async function originOf(sql: Sql, key: KeyObject, entry: ChainedEntry): Promise<AuditFault | undefined> {
  const places = await placesBehind(sql, entry)
  const near = Array.from({ length: 2 * NEAR_ENTRIES }, (_, n) => ({ chainId: entry.chainId, seq: entry.seq - NEAR_ENTRIES + n }))
  const projects = await sql.query<{ id: string }>('select id from projects')
  for (const projectId of [null, ...projects.rows.map(({ id }) => id)]) {
    if (projectId === entry.projectId) continue
    const other = { ...entry, projectId }
    if ([...places, entry].some(({ chainId, seq }) => isGenuine(key, other, chainId, seq))) return 'OTHER_PROJECT'
  }
  const origin = [...places, ...near].find(({ chainId, seq }) => isGenuine(key, entry, chainId, seq))
  if (!origin) return undefined
  const { rows } = await sql.query('select from audit_entries where hash = decode($1, $2) limit 2', [entry.hash, 'hex'])
  if (rows.length > 1) return 'INSERTED'
  return places.length > 0 ? 'REORDERED' : 'MISSING'
}

/** The places right behind the entry, or the beginning of the chain, that it says it follows. */
async function placesBehind(sql: Sql, { prevHash, chainId }: ChainedEntry): Promise<{ chainId: string; seq: number }[]> {
  const { rows } = await sql.query<{ chainId: string; seq: number }>(
    `select chain_id as "chainId", (seq + 1)::float8 as seq from audit_entries where hash = decode($1, 'hex')
    union all
    select distinct chain_id, 1 from audit_entries where sha256(convert_to(chain_id::text, 'UTF8')) = decode($1, 'hex')`,
    [prevHash],
  )
  return prevHash === firstHash(chainId) && rows.length === 0 ? [{ chainId, seq: 1 }] : rows
}

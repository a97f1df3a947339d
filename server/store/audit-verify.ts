import { setImmediate as breathe } from 'node:timers/promises'
import { headsOf } from '../domain/audit-anchor.ts'
import { createChainCheck, type FirstBad } from '../domain/audit-check.ts'
import { readAnchors } from './audit-anchors.ts'
import { diagnose } from './audit-diagnosis.ts'
import { ensureAuditKey } from './audit-key.ts'
import { FIRST_PLACE, readChained } from './audit-read.ts'
import { type Database, transaction } from './database.ts'

export interface Verification {
  /** Entries that were found in order, and the chains they stand in. */
  entries: number
  chains: number
  anchors: number
  /** Entries by project; null for those of none. */
  byProject: ReadonlyMap<string | null, number>
  ok: boolean
  /** Where the first fault is. Behind it nothing was looked at. */
  firstBad: FirstBad | null
}

export interface VerifyOptions {
  /** Hash of a published anchor (hex), which must be among the anchors. */
  anchor?: string | undefined
  /** Entries that are read and hashed in one go: nothing else runs in this process meanwhile, so that it is a few ms. */
  pageRows?: number
}

/**
 * Reads the whole audit in the order of chain and number, and hashes it anew. What is written while it reads is either seen as a whole or not
 * at all. @throws VaultError when the key does not open
 */
export async function verifyAudit(
  db: Pick<Database, 'pool' | 'vault'>,
  { anchor, pageRows = 500 }: VerifyOptions = {},
): Promise<Verification> {
  const key = await ensureAuditKey(db)
  // Before the entries: what they tell of was written by then.
  const anchors = await readAnchors(db.pool)
  const heads = headsOf(key, anchors)
  const byProject = new Map<string | null, number>()
  const result = (entries: number, chains: number, firstBad: FirstBad | null): Verification => ({
    entries,
    chains,
    anchors: anchors.length,
    byProject,
    ok: firstBad === null,
    firstBad,
  })
  if (!heads || (anchor !== undefined && !anchors.some(({ hash }) => hash === anchor))) {
    return result(0, 0, { id: null, projectId: null, chain: null, seq: null, reason: 'ANCHOR' })
  }
  const check = createChainCheck(key, heads)
  const bad = await transaction(db.pool, async (sql) => {
    await sql.query(BY_KEY)
    for (let after = FIRST_PLACE, full = true; full; ) {
      const page = await readChained(sql, after, pageRows)
      for (const entry of page) {
        const bad = check.take(entry)
        if (bad) return bad
        byProject.set(entry.projectId, (byProject.get(entry.projectId) ?? 0) + 1)
      }
      after = page.at(-1) ?? after
      full = page.length === pageRows
      await breathe()
    }
    return check.end()
  })
  const firstBad = bad === undefined || 'reason' in bad ? (bad ?? null) : await diagnose(db.pool, key, bad)
  return result(check.entries, check.chains, firstBad)
}

/** A page is read along the key. The planner might rather sort all that is left, for each page anew. */
const BY_KEY = 'set local enable_seqscan = off; set local enable_bitmapscan = off; set local enable_sort = off'

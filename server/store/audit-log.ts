import type pg from 'pg'
import type { AuditEntry } from '../domain/audit-entry.ts'
import { type Chains, createChains, type Placed } from './audit-chains.ts'
import { ensureAuditKey } from './audit-key.ts'
import type { Vault } from './vault.ts'

/** Where this process writes its audit. */
export interface AuditLog {
  /** Reads the key, once; awaited before a transaction begins, which would keep a connection while it waits for another one. */
  ready(): Promise<void>
  /** See `Chains`; only when it is ready. */
  place(entries: readonly AuditEntry[]): Placed
}

/** A failed reading of the key is tried again by the next call. */
export function createAuditLog(db: { pool: pg.Pool; vault: Vault }): AuditLog {
  let chains: Chains | undefined
  let reading: Promise<void> | undefined
  return {
    async ready() {
      if (chains) return
      reading ??= ensureAuditKey(db).then(
        (key) => {
          chains = createChains(key)
        },
        (error: unknown) => {
          reading = undefined
          throw error
        },
      )
      await reading
    },
    place: (entries) => chains!.place(entries),
  }
}

import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Database } from './database.ts'
import { readNoted } from './installation.ts'

const NAME = 'audit-key'
/** Where the sealed key stands, for the vault. */
export const AUDIT_KEY_PLACE = `installation.value:${NAME}`
const KEY_BYTES = 32

/**
 * The key of the audit's hashes, of all servers on this database. It is made by the first start; several servers may call it at once. It is
 * random and sealed, so that it outlives every SECRET_KEY, and the database alone does not hold it.
 * @throws VaultError when it was sealed under a SECRET_KEY that is not known here
 */
export async function ensureAuditKey({ pool, vault }: Pick<Database, 'pool' | 'vault'>): Promise<KeyObject> {
  let sealed = await readNoted(pool, NAME)
  if (sealed === undefined) {
    const fresh = vault.seal(AUDIT_KEY_PLACE, randomBytes(KEY_BYTES).toString('base64'))
    // Of several at once, the first one's stays, and all get that.
    await pool.query('insert into installation (name, value) values ($1, $2) on conflict (name) do nothing', [NAME, fresh])
    sealed = (await readNoted(pool, NAME))!
  }
  return createSecretKey(Buffer.from(vault.open(AUDIT_KEY_PLACE, sealed), 'base64'))
}

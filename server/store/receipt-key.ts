import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { createReceiptKey, type ReceiptKey } from '../domain/receipt-signature.ts'
import type { Database } from './database.ts'
import { readNoted } from './installation.ts'

const NAME = 'receipt-key'
/** Where the sealed private key stands, for the vault. */
export const RECEIPT_KEY_PLACE = `installation.value:${NAME}`

/**
 * The key pair that signs receipts, of all servers on this database. It is made by the first start; several servers may call it at once.
 * @throws VaultError when it was sealed under a SECRET_KEY that is not known here
 */
export async function ensureReceiptKey({ pool, vault }: Pick<Database, 'pool' | 'vault'>): Promise<ReceiptKey> {
  const kept = async () => readNoted(pool, NAME)
  let sealed = await kept()
  if (sealed === undefined) {
    const { privateKey } = generateKeyPairSync('ed25519')
    const text = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    // Of several at once, the first one's stays, and all get that.
    await pool.query('insert into installation (name, value) values ($1, $2) on conflict (name) do nothing', [
      NAME,
      vault.seal(RECEIPT_KEY_PLACE, text),
    ])
    sealed = (await kept())!
  }
  const key = Buffer.from(vault.open(RECEIPT_KEY_PLACE, sealed), 'base64')
  return createReceiptKey(createPrivateKey({ key, format: 'der', type: 'pkcs8' }))
}

/** Gives the key that signs receipts, read at the first call. */
export type ReceiptKeySource = () => Promise<ReceiptKey>

/** A failed reading is tried again by the next call. */
export function receiptKeyOf(db: Pick<Database, 'pool' | 'vault'>): ReceiptKeySource {
  let key: Promise<ReceiptKey> | undefined
  return () => {
    key ??= ensureReceiptKey(db).catch((error: unknown) => {
      key = undefined
      throw error
    })
    return key
  }
}

import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { createReceiptKey, type ReceiptKey } from '../domain/receipt-signature.ts'
import type { Sql } from './database.ts'
import { readNoted } from './installation.ts'

interface Vault {
  seal(place: string, text: string): string
  open(place: string, sealed: string): string
}

const NAME = 'receipt-key'
/** Where the sealed private key stands, for the vault. */
export const RECEIPT_KEY_PLACE = `installation.value:${NAME}`

/**
 * The key pair that signs receipts, of all servers on this database. It is made by the first start; several servers may call it at once.
 * @throws VaultError when it was sealed under another SECRET_KEY
 */
export async function ensureReceiptKey(sql: Sql, vault: Vault): Promise<ReceiptKey> {
  const kept = (await readNoted(sql, NAME)) ?? (await makeKey(sql, vault))
  return createReceiptKey(
    createPrivateKey({ key: Buffer.from(vault.open(RECEIPT_KEY_PLACE, kept), 'base64'), format: 'der', type: 'pkcs8' }),
  )
}

/** Of several at once, the first one's stays, and all get that. */
async function makeKey(sql: Sql, vault: Vault): Promise<string> {
  const pair = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
    publicKeyEncoding: { format: 'der', type: 'spki' },
  })
  const sealed = vault.seal(RECEIPT_KEY_PLACE, pair.privateKey.toString('base64'))
  await sql.query('insert into installation (name, value) values ($1, $2) on conflict (name) do nothing', [NAME, sealed])
  return (await readNoted(sql, NAME))!
}

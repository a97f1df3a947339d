import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import canonicalize from 'canonicalize'

/** What a receipt carries as `signature`. */
export interface ReceiptSignature {
  keyId: string
  algorithm: 'Ed25519'
  /** 64 bytes, base64. */
  value: string
}

/** A public key as anyone may have it. */
export interface PublishedReceiptKey {
  keyId: string
  algorithm: 'Ed25519'
  /** The 32 bytes of the key, base64. */
  publicKey: string
  /** The same as SubjectPublicKeyInfo. */
  pem: string
}

/** Signs receipts. */
export interface ReceiptKey {
  published: PublishedReceiptKey
  /** The receipt with `signature` over RFC 8785 of everything else in it. Works beside the event loop. */
  sign<Receipt extends object>(receipt: Receipt): Promise<Receipt & { signature: ReceiptSignature }>
}

const signAside = promisify(sign)
/** What stands before the key itself in the SubjectPublicKeyInfo of Ed25519 (RFC 8410). */
const SPKI_PREFIX_BYTES = 12

/** @param privateKey of Ed25519 */
export function createReceiptKey(privateKey: KeyObject): ReceiptKey {
  const key = createPublicKey(privateKey)
  const raw = key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX_BYTES)
  const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 16)
  return {
    published: {
      keyId,
      algorithm: 'Ed25519',
      publicKey: raw.toString('base64'),
      pem: key.export({ format: 'pem', type: 'spki' }).toString(),
    },
    async sign(receipt) {
      const value = (await signAside(null, Buffer.from(canonicalize(receipt)!), privateKey)).toString('base64')
      return { ...receipt, signature: { keyId, algorithm: 'Ed25519', value } }
    },
  }
}

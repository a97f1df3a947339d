import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto'

const PREFIX = 'rcpt_'
const HALF_BYTES = 16
/** 32 bytes as base64url without padding. */
const TOKEN = /^rcpt_[A-Za-z0-9_-]{43}$/

/** The largest version of a token: the six bits that are the same in every UUIDv7 carry it. */
export const RECEIPT_VERSION_MAX = 63

/** What a receipt token stands for. */
export interface ReceiptAddress {
  /** UUID. */
  invocationId: string
  /** How often the receipt was given a new address before, 0 to 63. */
  version: number
}

/** Makes and reads receipt tokens. */
export interface ReceiptTokens {
  /** The token of an invocation (UUIDv7) in a version (default 0): always the same one under the same secret. */
  seal(invocationId: string, version?: number): string
  /** What is inside a token; undefined for any text that `seal` did not give out. */
  open(token: string): ReceiptAddress | undefined
}

/**
 * Receipt tokens are the invocation's id, encrypted deterministically and authenticated (the construction of SIV,
 * RFC 5297, from HMAC-SHA256 and AES-128-CTR): 16 bytes of tag, which is also the cipher's start value, and the
 * encrypted 16-byte id.
 *
 * So a token costs no column, no index and no write where runs are recorded, looks like 256 random bits, and cannot be
 * made without the secret: guessing one is guessing a 128-bit tag. A forged token and one of an invocation that is
 * gone answer alike, and trying a forged one reads nothing from the database.
 *
 * A receipt gets a new address by a higher version, which stands where a UUIDv7 has its six fixed bits; version 0 leaves them as they are.
 *
 * @param previousKey the SECRET_KEY before a rotation: its tokens are still read. Without it, changing SECRET_KEY voids every receipt
 */
export function createReceiptTokens(secretKey: string, previousKey?: string): ReceiptTokens {
  const current = createSeal(secretKey)
  const seals = previousKey === undefined ? [current] : [current, createSeal(previousKey)]
  return {
    seal: (invocationId, version = 0) => PREFIX + current.close(withVersion(bytesOf(invocationId), version)).toString('base64url'),
    open(token) {
      if (!TOKEN.test(token)) return undefined
      const sealed = Buffer.from(token.slice(PREFIX.length), 'base64url')
      // 43 characters carry two bits more than 32 bytes: only one spelling of a token is its own.
      if (sealed.toString('base64url') !== token.slice(PREFIX.length)) return undefined
      for (const seal of seals) {
        const id = seal.open(sealed)
        if (id) return addressIn(id)
      }
      return undefined
    },
  }
}

function createSeal(secretKey: string) {
  // As objects, which are a fifth of the work: bytes are made a key anew at each use.
  const tagKey = createSecretKey(derive(secretKey, 'docket receipt tag'))
  const cipherKey = createSecretKey(derive(secretKey, 'docket receipt id').subarray(0, 16))
  const tagOf = (id: Buffer) => createHmac('sha256', tagKey).update(id).digest().subarray(0, HALF_BYTES)
  return {
    close(id: Buffer): Buffer {
      const tag = tagOf(id)
      return Buffer.concat([tag, createCipheriv('aes-128-ctr', cipherKey, tag).update(id)])
    },
    open(sealed: Buffer): Buffer | undefined {
      const tag = sealed.subarray(0, HALF_BYTES)
      const id = createDecipheriv('aes-128-ctr', cipherKey, tag).update(sealed.subarray(HALF_BYTES))
      return timingSafeEqual(tagOf(id), tag) ? id : undefined
    },
  }
}

/** The four bits of a UUID's version, and the two of its variant, as UUIDv7 has them. */
const FIXED = { version: { byte: 6, bits: 0x7 << 4, shift: 4 }, variant: { byte: 8, bits: 0x2 << 6, shift: 6 } } as const

function withVersion(id: Buffer, version: number): Buffer {
  id[FIXED.version.byte]! ^= (version >> 2) << FIXED.version.shift
  id[FIXED.variant.byte]! ^= (version & 3) << FIXED.variant.shift
  return id
}

function addressIn(id: Buffer): ReceiptAddress {
  const high = ((id[FIXED.version.byte]! & 0xf0) ^ FIXED.version.bits) >> FIXED.version.shift
  const low = ((id[FIXED.variant.byte]! & 0xc0) ^ FIXED.variant.bits) >> FIXED.variant.shift
  const version = (high << 2) | low
  return { invocationId: uuidOf(withVersion(id, version)), version }
}

const derive = (secretKey: string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secretKey, '', purpose, 32))

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex')

const uuidOf = (id: Buffer): string => id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

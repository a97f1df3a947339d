import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

const PREFIX = 'rcpt_'
const HALF_BYTES = 16
/** 32 bytes as base64url without padding. */
const TOKEN = /^rcpt_[A-Za-z0-9_-]{43}$/

/** Makes and reads receipt tokens. */
export interface ReceiptTokens {
  /** The token of an invocation (UUID): always the same one under the same secret. */
  seal(invocationId: string): string
  /** The UUID inside a token; undefined for any text that `seal` did not give out. */
  open(token: string): string | undefined
}

/**
 * Receipt tokens are the invocation's id, encrypted deterministically and authenticated (the construction of SIV,
 * RFC 5297, from HMAC-SHA256 and AES-128-CTR): 16 bytes of tag, which is also the cipher's start value, and the
 * encrypted 16-byte id.
 *
 * So a token costs no column, no index and no write where runs are recorded, looks like 256 random bits, and cannot be
 * made without the secret: guessing one is guessing a 128-bit tag. A forged token and one of an invocation that is
 * gone answer alike, and trying a forged one reads nothing from the database. Who changes SECRET_KEY voids every receipt.
 */
export function createReceiptTokens(secretKey: string): ReceiptTokens {
  const tagKey = derive(secretKey, 'docket receipt tag')
  const cipherKey = derive(secretKey, 'docket receipt id').subarray(0, 16)
  const tagOf = (id: Buffer) => createHmac('sha256', tagKey).update(id).digest().subarray(0, HALF_BYTES)
  return {
    seal(invocationId) {
      const id = Buffer.from(invocationId.replaceAll('-', ''), 'hex')
      const tag = tagOf(id)
      const hidden = createCipheriv('aes-128-ctr', cipherKey, tag).update(id)
      return PREFIX + Buffer.concat([tag, hidden]).toString('base64url')
    },
    open(token) {
      if (!TOKEN.test(token)) return undefined
      const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url')
      // 43 characters carry two bits more than 32 bytes: only one spelling of a token is its own.
      if (bytes.toString('base64url') !== token.slice(PREFIX.length)) return undefined
      const tag = bytes.subarray(0, HALF_BYTES)
      const id = createDecipheriv('aes-128-ctr', cipherKey, tag).update(bytes.subarray(HALF_BYTES))
      return timingSafeEqual(tagOf(id), tag) ? uuidOf(id) : undefined
    },
  }
}

const derive = (secretKey: string, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', secretKey, '', purpose, 32))

const uuidOf = (id: Buffer): string => id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

import { crc32 } from 'node:zlib'

const PREFIX = 'dkt_'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 32 random bytes in base 62. */
const SECRET_CHARACTERS = 43
/** A CRC32 in base 62. */
const CHECK_CHARACTERS = 6

/**
 * The text of an API token: `dkt_`, 32 random bytes in base 62, and a checksum by which scanners for leaked secrets tell
 * it from other text without asking the server.
 */
export function tokenText(random: Uint8Array): string {
  const secret = base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), SECRET_CHARACTERS)
  return PREFIX + secret + base62(BigInt(crc32(secret)), CHECK_CHARACTERS)
}

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text
  return text.padStart(length, ALPHABET[0])
}

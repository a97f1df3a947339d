import canonicalize from 'canonicalize'

/** A public key of a Docket server, as `/.well-known/docket-receipt-key` gives it. */
export type ReceiptPublicKey = {
  keyId: string
  algorithm: string
  /** The 32 bytes of the key, base64. */
  publicKey: string
}

/** What came of verifying a receipt: what it holds and who signed it, or what is wrong in one sentence. */
export type ReceiptVerdict =
  | { valid: true; keyId: string; receipt: Record<string, unknown>; why?: undefined }
  | { valid: false; why: string }

const SIGNATURE_BYTES = 64
const KEY_BYTES = 32

/**
 * Verifies a receipt that was saved from `/r/<token>.json`, without asking anyone: its Ed25519 signature over the canonical form (RFC 8785)
 * of everything else in it. Space between its parts may differ from what was saved; nothing else may.
 *
 * @param saved the file, as text or as bytes
 * @param keys those of the server that it should come from, see `readReceiptKeys`
 */
export async function verifyReceipt(saved: string | Uint8Array, keys: readonly ReceiptPublicKey[]): Promise<ReceiptVerdict> {
  try {
    const text = typeof saved === 'string' ? saved : decode(saved)
    const { signature, ...receipt } = parse(text)
    const { keyId, value } = readSignature(signature)
    const key = keys.find((one) => one.keyId === keyId)
    if (!key) refuse(`It is signed with the key ${keyId}, which is not among the given ones (${keys.map((one) => one.keyId).join(', ')}).`)
    const imported = await crypto.subtle.importKey('raw', bytesOf(key.publicKey, KEY_BYTES, 'The public key'), 'Ed25519', false, ['verify'])
    const signed = new TextEncoder().encode(canonicalize(receipt))
    if (!(await crypto.subtle.verify('Ed25519', imported, bytesOf(value, SIGNATURE_BYTES, 'The signature'), signed))) {
      refuse('The signature does not match: the receipt was changed after it was signed, or the key is not that of its server.')
    }
    return { valid: true, keyId, receipt }
  } catch (error) {
    if (error instanceof Refusal) return { valid: false, why: error.message }
    throw error
  }
}

/**
 * The keys in the answer of `/.well-known/docket-receipt-key`.
 * @throws Error when the text is something else
 */
export function readReceiptKeys(text: string): ReceiptPublicKey[] {
  const { keys } = parse(text) as { keys?: unknown }
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) refuse('There are no receipt keys in it.')
  return keys as ReceiptPublicKey[]
}

const isKey = (key: unknown): boolean =>
  isObject(key) && typeof key.keyId === 'string' && key.algorithm === 'Ed25519' && typeof key.publicKey === 'string'

class Refusal extends Error {}

function refuse(why: string): never {
  throw new Refusal(why)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('It is not UTF-8 text.')
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('It is not JSON.')
  }
  if (!isObject(value)) return refuse('It is not a JSON object.')
  checkSpelling(text, value)
  return value
}

/** Texts and numbers as they stand in JSON; a name has its colon with it. */
const LITERALS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*/g

/** The same value can be written in several ways, and a name can come twice: in what was signed each stands once and in the usual way. */
function checkSpelling(text: string, value: unknown): void {
  let names = 0
  for (const [literal, quoted, colon] of text.matchAll(LITERALS)) {
    if (colon !== undefined) names++
    const token = quoted ?? literal
    if (JSON.stringify(JSON.parse(token)) !== token) refuse(`${token.slice(0, 40)} is not written as Docket writes it.`)
  }
  if (names !== countNames(value)) refuse('A name comes twice in it.')
}

const countNames = (value: unknown): number => {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + countNames(item), 0)
  if (!isObject(value)) return 0
  return Object.values(value).reduce((sum: number, item) => sum + 1 + countNames(item), 0)
}

function readSignature(signature: unknown): { keyId: string; value: string } {
  if (!isObject(signature)) return refuse('It carries no signature.')
  const { keyId, algorithm, value, ...more } = signature
  if (typeof keyId !== 'string' || typeof value !== 'string' || Object.keys(more).length > 0) return refuse('Its signature is malformed.')
  if (algorithm !== 'Ed25519') return refuse('It is signed in a way that is not known here; Ed25519 is.')
  return { keyId, value }
}

/** Of a base64 text in its one right spelling. */
function bytesOf(base64: string, length: number, what: string): Uint8Array<ArrayBuffer> {
  const text = /^[A-Za-z0-9+/]*={0,2}$/.test(base64) && base64.length % 4 === 0 ? atob(base64) : ''
  if (text.length !== length || btoa(text) !== base64) refuse(`${what} must be ${length} bytes in base64.`)
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

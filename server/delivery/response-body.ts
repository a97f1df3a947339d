/** Most of a response that is read at all; the connection is given up beyond it. */
export const RESPONSE_READ_BYTES = 1024 * 1024
/** Most of it that goes on record. */
export const RESPONSE_KEPT_BYTES = 64 * 1024

/** Collects the beginning of a response. */
export interface ResponseBody {
  /** Takes the next bytes; false when no more are wanted. */
  add(chunk: Buffer): boolean
  /** What is kept, as text that PostgreSQL can store: no NUL, invalid UTF-8 replaced. */
  text(): string
  /** Whether more came than is kept. */
  readonly truncated: boolean
}

export function collectBody(): ResponseBody {
  const chunks: Buffer[] = []
  let kept = 0
  let total = 0
  return {
    add(chunk) {
      total += chunk.length
      if (kept < RESPONSE_KEPT_BYTES) {
        const part = chunk.length > RESPONSE_KEPT_BYTES - kept ? chunk.subarray(0, RESPONSE_KEPT_BYTES - kept) : chunk
        chunks.push(part)
        kept += part.length
      }
      return total <= RESPONSE_READ_BYTES
    },
    text() {
      const bytes = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
      // When the cut goes through a character, the half of it is left out; without a cut its bytes are truly invalid.
      const text = total > kept ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true }) : bytes.toString('utf8')
      return text.includes('\0') ? text.replaceAll('\0', '') : text
    },
    get truncated() {
      return total > kept
    },
  }
}

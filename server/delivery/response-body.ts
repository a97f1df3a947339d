/** Most of a response that is read at all; the connection is given up beyond it. */
export const RESPONSE_READ_BYTES = 1024 * 1024
/** Most of it that goes on record. */
export const RESPONSE_KEPT_BYTES = 64 * 1024

/** Collects the beginning of a response. */
export class ResponseBody {
  readonly #chunks: Buffer[] = []
  #kept = 0
  #total = 0

  /** Takes the next bytes; false when no more are wanted. */
  add(chunk: Buffer): boolean {
    const room = RESPONSE_KEPT_BYTES - this.#kept
    this.#total += chunk.length
    if (room > 0) {
      const part = chunk.length > room ? chunk.subarray(0, room) : chunk
      this.#chunks.push(part)
      this.#kept += part.length
    }
    return this.#total <= RESPONSE_READ_BYTES
  }

  /** Whether more came than is kept. */
  get truncated(): boolean {
    return this.#total > this.#kept
  }

  /** What is kept, as text that PostgreSQL can store: no NUL, invalid UTF-8 replaced. */
  text(): string {
    if (this.#kept === 0) return ''
    const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    // When the cut goes through a character, the half of it is left out; without a cut its bytes are truly invalid.
    const text = this.truncated ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true }) : bytes.toString('utf8')
    return text.includes('\0') ? text.replaceAll('\0', '') : text
  }
}

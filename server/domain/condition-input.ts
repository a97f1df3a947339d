/** Deeper JSON is an attack or a mistake. */
const DEPTH = 100

/** The body of a run as conditions see it: read when a condition first names it, and once. */
export class ConditionInput {
  readonly #text: string | null
  #read: { value: unknown } | undefined

  constructor(text: string | null) {
    this.#text = text
  }

  get characters(): number {
    return this.#text?.length ?? 0
  }

  /**
   * JSON with maps in place of objects; a text that is no JSON as it is; null without a body.
   * @throws Error for JSON that names a field twice: which of the two counts is up to who reads it
   */
  get value(): unknown {
    this.#read ??= { value: this.#text === null ? null : readBody(this.#text) }
    return this.#read.value
  }
}

function readBody(text: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return text
  }
  let fields = 0
  const toCel = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (depth > DEPTH) throw new Error(`The body is nested deeper than ${DEPTH} levels.`)
    if (Array.isArray(value)) return value.map((item) => toCel(item, depth + 1))
    const entries = Object.entries(value)
    fields += entries.length
    return new Map(entries.map(([name, item]) => [name, toCel(item, depth + 1)]))
  }
  const value = toCel(json, 0)
  if (fields !== writtenFields(text)) throw new Error('The body names a field twice.')
  return value
}

const STRING = /"(?:[^"\\]|\\.)*"(\s*:)?/gs

/** How many fields the objects of a JSON text have as it is written. */
function writtenFields(text: string): number {
  let count = 0
  for (const [, colon] of text.matchAll(STRING)) if (colon !== undefined) count++
  return count
}

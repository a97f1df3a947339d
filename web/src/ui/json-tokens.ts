export interface Token {
  kind: 'key' | 'text' | 'number' | 'word' | 'plain'
  text: string
}

/**
 * Text as JSON with two spaces of indent, or undefined when it is none (a cut-off body, HTML, plain words).
 * Only the space between the parts changes: a number keeps all its digits, a repeated key stays.
 */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  let out = ''
  let depth = 0
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{]\s*[\]}]|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    if (part === '{' || part === '[') {
      depth++
      out += part + line()
    } else if (part === '}' || part === ']') {
      depth--
      out += line() + part
    } else if (part === ',') out += part + line()
    else if (part === ':') out += ': '
    else out += /^[[{]/.test(part) ? part.replace(/\s+/, '') : part
  }
  return out
}

const PARTS = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)/g

/** Cuts JSON text into the parts that are coloured. Joined, the parts are the text again. */
export function jsonTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (const match of text.matchAll(PARTS)) {
    if (match.index > at) tokens.push({ kind: 'plain', text: text.slice(at, match.index) })
    const [, quoted, colon, number] = match
    if (quoted !== undefined) {
      tokens.push({ kind: colon === undefined ? 'text' : 'key', text: quoted })
      if (colon !== undefined) tokens.push({ kind: 'plain', text: colon })
    } else tokens.push({ kind: number === undefined ? 'word' : 'number', text: match[0] })
    at = match.index + match[0].length
  }
  if (at < text.length) tokens.push({ kind: 'plain', text: text.slice(at) })
  return tokens
}

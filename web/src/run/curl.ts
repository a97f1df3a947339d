import type { RequestDetailFragment } from '../../../sdk/generated/operations.ts'
import { headerEntries } from '../receipt/header-entries.ts'
import { isJson } from './is-json.ts'

/** What the server puts in the place of a value that is not shown. */
const MASK = '••••'
/** The mask with the name before it, as it stands in JSON, in a query string or in a form. */
const MASKED = new RegExp(`(?:"([^"]{1,60})"\\s*:\\s*"|([\\w.-]{1,60})=)?${MASK}`, 'g')

/** The request as a command for a shell. What the server hides is taken from variables, such as `$AUTHORIZATION`. */
export function curlCommand({ method, url, headers, body }: RequestDetailFragment): string {
  const entries = headerEntries(headers)
  const lines = [`curl --request ${method} ${quoted(url)}`]
  for (const [name, value] of entries) lines.push(`--header ${quoted(`${name}: ${value}`, name)}`)
  if (body !== null && !entries.some(([name]) => name.toLowerCase() === 'content-type')) {
    lines.push(`--header 'content-type: ${isJson(body) ? 'application/json' : 'text/plain;charset=utf-8'}'`)
  }
  if (body !== null) lines.push(`--data-raw ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

/** One word for the shell. `name` is that of a masked value which has none beside it. */
function quoted(text: string, name = 'secret'): string {
  const parts: string[] = []
  let at = 0
  const literal = (end: number) => {
    if (end > at) parts.push(`'${text.slice(at, end).replaceAll("'", "'\\''")}'`)
  }
  for (const match of text.matchAll(MASKED)) {
    const begin = match.index + match[0].length - MASK.length
    literal(begin)
    parts.push(`"$${variable(match[1] ?? match[2] ?? name)}"`)
    at = begin + MASK.length
  }
  literal(text.length)
  return parts.join('') || "''"
}

/** The name of a variable: `X-Api-Key` becomes `X_API_KEY`. */
function variable(name: string): string {
  const plain = name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  return /^[A-Z]/.test(plain) ? plain : `_${plain}`
}

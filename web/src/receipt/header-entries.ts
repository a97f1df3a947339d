/** Pairs of name and text from the JSON object the API gives; a header that came several times joins its values. */
export function headerEntries(headers: unknown): [string, string][] {
  if (typeof headers !== 'object' || headers === null) return []
  return Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)])
}

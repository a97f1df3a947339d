import type { Vault } from './vault.ts'

type Headers = Record<string, string> | null

/** The headers of an action as they are stored, in its row and in those of its versions: one sealed JSON object. */
export const sealHeaders = (vault: Vault, actionId: string, headers: Headers): string | null =>
  headers && vault.seal(headersPlace(actionId), JSON.stringify(headers))

/** What was stored before there was a vault is still plain JSON, until the next start seals it. */
export const openHeaders = (vault: Vault, actionId: string, stored: string | null): Headers =>
  stored === null ? null : JSON.parse(stored.startsWith('{') ? stored : vault.open(headersPlace(actionId), stored))

/** The names in `{{secret.NAME}}`; null for none. */
export function secretNames(headers: Headers): string[] | null {
  let refers = false
  for (const name in headers) refers ||= headers[name]!.includes('{{')
  // Most name none, and looking for them is as dear as opening them.
  if (!refers) return null
  const names = new Set(Object.values(headers ?? {}).flatMap((value) => Array.from(value.matchAll(SECRET_REFERENCE), ([, name]) => name!)))
  return names.size === 0 ? null : [...names]
}

export const SECRET_REFERENCE = /\{\{\s*secret\.([A-Za-z0-9_]{1,64})\s*\}\}/g

/** Where they stand, for the vault; those of its versions stand there too. */
export const headersPlace = (actionId: string): string => `actions.headers:${actionId}`

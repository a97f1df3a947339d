import { DocketError } from '../domain/errors.ts'
import { SECRET_REFERENCE, secretNames } from '../store/action-headers.ts'
import type { Sql } from '../store/database.ts'
import { knownSecrets } from '../store/secrets.ts'

type Headers = Readonly<Record<string, string>> | null

/**
 * The items, with a refusal in place of each whose headers name a secret that the project does not have. Asks the database only when one of
 * them names any; inside a transaction the secrets that were found stay until it ends.
 */
export async function withKnownSecrets<T extends object>(
  sql: Sql,
  projectId: string,
  items: readonly (T | DocketError)[],
  headersOf: (item: T) => Headers,
): Promise<(T | DocketError)[]> {
  const named = items.map((item) => (item instanceof DocketError ? [] : (secretNames(headersOf(item)) ?? [])))
  const names = [...new Set(named.flat())]
  const known = names.length > 0 ? await knownSecrets(sql, projectId, names) : new Set<string>()
  return items.map((item, index) => {
    if (item instanceof DocketError) return item
    const unknown = named[index]!.find((name) => !known.has(name))
    if (unknown !== undefined) return refusal(`There is no secret ${unknown}; set it first, or correct its name.`)
    const broken = brokenReference(headersOf(item))
    return broken === undefined ? item : refusal(`${broken} names no secret: a name has 1 to 64 letters, digits and _.`)
  })
}

/**
 * Refuses headers that name a secret which the project does not have.
 * @throws DocketError SECRET_UNKNOWN on `headers`
 */
export async function checkKnownSecrets(sql: Sql, projectId: string, headers: Headers): Promise<void> {
  const [checked] = await withKnownSecrets(sql, projectId, [{ headers }], (item) => item.headers)
  if (checked instanceof DocketError) throw checked
}

/** What looks like a reference but is none would be sent as it stands. */
const brokenReference = (headers: Headers): string | undefined =>
  Object.values(headers ?? {})
    .map((value) => /\{\{\s*secret\b[^{}]*\}\}/.exec(value.replace(SECRET_REFERENCE, ''))?.[0])
    .find((broken) => broken !== undefined)

const refusal = (sentence: string): DocketError => new DocketError('SECRET_UNKNOWN', sentence, 'headers')

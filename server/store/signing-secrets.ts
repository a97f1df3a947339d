import { randomBytes } from 'node:crypto'
import { SIGNING_KEY_BYTES, signingSecretOf } from '../domain/signing.ts'
import type { Sql } from './database.ts'
import type { Vault } from './vault.ts'

/** What has a signing secret of its own: a service, and a project for targets that are URLs. */
export interface SigningOwner {
  table: 'services' | 'projects'
  /** UUID. */
  id: string
}

/** Where the sealed secret stands, for the vault; the one before it is sealed for the same place. */
export const signingPlace = ({ table, id }: SigningOwner): string => `${table}.signing_secret:${id}`

/** A new secret: its text, which is shown once, and as it is stored. */
export function newSigningSecret(vault: Vault, owner: SigningOwner): { secret: string; sealed: string } {
  const secret = signingSecretOf(randomBytes(SIGNING_KEY_BYTES))
  return { secret, sealed: vault.seal(signingPlace(owner), secret) }
}

/**
 * Puts a new secret in the place of the present one, which signs beside it for `overlapSeconds`. One that was still valid from an earlier
 * rotation ends. Undefined when the project has no such service.
 */
export async function replaceSigningSecret(
  sql: Sql,
  projectId: string,
  { table, id }: SigningOwner,
  { sealed, overlapSeconds }: { sealed: string; overlapSeconds: number },
): Promise<{ previousUntil: Date | null } | undefined> {
  const { rows } = await sql.query<{ previousUntil: Date | null }>(rotate(table), [id, sealed, overlapSeconds, projectId])
  return rows[0]
}

const rotate = (table: SigningOwner['table']) => `
with rotated as (
  update ${table}
  set signing_secret = $2,
    previous_signing_secret = case when $3::integer > 0 then signing_secret end,
    previous_signing_until = case when $3 > 0 then date_trunc('milliseconds', clock_timestamp()) + $3 * interval '1 second' end
  where id = $1 and ${table === 'services' ? 'project_id' : 'id'} = $4
  returning previous_signing_until
), event as (
  insert into events (project_id, type, at) select $4, 'signing.rotated', date_trunc('milliseconds', clock_timestamp()) from rotated
)
select previous_signing_until as "previousUntil" from rotated`

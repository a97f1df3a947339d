import type { EventType } from '../domain/event.ts'
import { RECEIPT_VERSION_MAX } from '../domain/receipt.ts'
import type { Sql } from './database.ts'

/**
 * Ends the addresses of a receipt and gives it a new one, until `expiresAt` (epoch ms), also when it was revoked or had ended.
 * Gives false when it was renewed as often as its address can be made anew; undefined for an unknown invocation and one of another project.
 */
export async function renewReceiptLink(sql: Sql, projectId: string, id: string, expiresAt: number): Promise<boolean | undefined> {
  const values = [id, projectId, new Date(expiresAt), RECEIPT_VERSION_MAX]
  const { rows } = await sql.query<{ changed: boolean }>({ name: 'renew-receipt', text: RENEW, values })
  return rows[0]?.changed
}

/**
 * Ends the address of a receipt. It stays revoked from the first time on.
 * Gives undefined for an unknown invocation and one of another project, else whether this call did it.
 */
export async function revokeReceiptLink(sql: Sql, projectId: string, id: string): Promise<boolean | undefined> {
  const { rows } = await sql.query<{ changed: boolean }>({ name: 'revoke-receipt', text: REVOKE, values: [id, projectId] })
  return rows[0]?.changed
}

/** `change` writes a row of receipts for the invocation in `run`, or none; the event goes with it. */
const changing = (type: EventType & `receipt.${string}`, change: string): string => `
with run as (
  select id, project_id, action_id, date_trunc('milliseconds', clock_timestamp()) as at from invocations where id = $1 and project_id = $2
), changed as (
  ${change}
  returning invocation_id
), logged as (
  insert into events (project_id, type, at, action_id, invocation_id)
  select project_id, '${type}', at, action_id, id from run join changed on invocation_id = id
)
select exists (select from changed) as changed from run`

const RENEW = changing(
  'receipt.renewed',
  `insert into receipts as r (invocation_id, version, expires_at) select id, 1, $3::timestamptz from run
  on conflict (invocation_id) do update set version = r.version + 1, expires_at = excluded.expires_at, revoked_at = null
  where r.version < $4::int`,
)

const REVOKE = changing(
  'receipt.revoked',
  `insert into receipts as r (invocation_id, revoked_at) select id, at from run
  on conflict (invocation_id) do update set revoked_at = excluded.revoked_at where r.revoked_at is null`,
)

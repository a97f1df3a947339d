import type { BreakerSettings } from '../domain/breaker.ts'
import type { Sql } from './database.ts'
import type { StoredService } from './services.ts'

/** Writes a locked service. Another service of that name is a unique violation. */
export async function writeService(sql: Sql, { id, name, baseUrl, gateway }: StoredService): Promise<void> {
  await sql.query(
    `update services set name = $2, base_url = $3, gateway = $4, updated_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
    [id, name, baseUrl, gateway],
  )
}

/** Writes how the circuit of a locked service behaves. Attempts are counted anew. */
export async function writeBreakerSettings(sql: Sql, serviceId: string, settings: BreakerSettings): Promise<void> {
  const { enabled, failureShare, windowSeconds, minAttempts, cooldownSeconds } = settings
  await sql.query(SETTINGS, [serviceId, enabled, failureShare, windowSeconds, minAttempts, cooldownSeconds])
}

/** Another address may be one that works: if the circuit of a locked service is open, the next probe is due now. */
export async function probeNow(sql: Sql, serviceId: string): Promise<void> {
  await sql.query("update breakers set probe_at = clock_timestamp() where service_id = $1 and state = 'OPEN'", [serviceId])
}

const SETTINGS = `
insert into breakers (service_id, enabled, failure_share, window_seconds, min_attempts, cooldown_seconds, updated_at)
values ($1, $2, $3, $4, $5, $6, date_trunc('milliseconds', clock_timestamp()))
on conflict (service_id) do update set enabled = excluded.enabled, failure_share = excluded.failure_share,
  window_seconds = excluded.window_seconds, min_attempts = excluded.min_attempts, cooldown_seconds = excluded.cooldown_seconds,
  updated_at = excluded.updated_at`

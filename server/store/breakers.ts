import { type BreakerSettings, type BreakerState, DEFAULT_BREAKER } from '../domain/breaker.ts'
import type { Sql } from './database.ts'

/** A circuit as it is stored. Instants are epoch ms, database time. */
export interface StoredBreaker extends BreakerSettings {
  serviceId: string
  state: BreakerState
  probeAt: number | null
  failedProbes: number
  /** UUID of the run that was sent as a probe; only while HALF_OPEN. */
  probeId: string | null
  /** When its state or its settings changed last; 0 without a row. */
  changedAt: number
}

/** The circuits of these services, by UUID; one without a row is as by default. */
export async function readBreakers(sql: Sql, serviceIds: readonly string[]): Promise<Map<string, StoredBreaker>> {
  const { rows } = await sql.query<StoredBreaker>({ name: 'read-breakers', text: READ, values: [serviceIds] })
  return new Map(rows.map((row) => [row.serviceId, row]))
}

/** The same for one whose service is locked: nobody else changes it until the transaction ends. */
export async function lockBreaker(sql: Sql, serviceId: string): Promise<StoredBreaker> {
  await sql.query('select from breakers where service_id = $1 for no key update', [serviceId])
  return (await readBreakers(sql, [serviceId])).get(serviceId) ?? { ...CLOSED, serviceId }
}

const CLOSED = { ...DEFAULT_BREAKER, state: 'CLOSED', probeAt: null, failedProbes: 0, probeId: null, changedAt: 0 } as const

const { enabled, failureShare, windowSeconds, minAttempts, cooldownSeconds } = DEFAULT_BREAKER

const READ = `
select s.id as "serviceId", coalesce(b.enabled, ${enabled}) as enabled, coalesce(b.failure_share, ${failureShare}) as "failureShare",
  coalesce(b.window_seconds, ${windowSeconds}) as "windowSeconds", coalesce(b.min_attempts, ${minAttempts}) as "minAttempts",
  coalesce(b.cooldown_seconds, ${cooldownSeconds}) as "cooldownSeconds", coalesce(b.state, 'CLOSED') as state,
  round(date_part('epoch', b.probe_at) * 1000) as "probeAt", coalesce(b.failed_probes, 0) as "failedProbes", b.probe_id as "probeId",
  coalesce(round(date_part('epoch', b.updated_at) * 1000), 0) as "changedAt"
from services s left join breakers b on b.service_id = s.id
where s.id = any ($1::uuid[])`

import type pg from 'pg'
import { cooldownMs, type Tally } from '../domain/breaker.ts'
import { publicId } from '../domain/ids.ts'
import { lockBreaker, type StoredBreaker } from './breakers.ts'
import { type Sql, transaction } from './database.ts'
import { logServiceEvent } from './log-events.ts'
import { lockService, type StoredService, setLimited } from './services.ts'

/** How events name a service. */
export const serviceText = ({ id, name }: Pick<StoredService, 'id' | 'name'>): string => `${name} (${publicId('service', id)})`

/**
 * Opens the circuit of a service of which `failed` of `attempts` failed. Of several servers that find so, one does it.
 *
 * @param found the circuit that the attempts were held against: nothing happens when it has changed since
 */
export function openBreaker(pool: pg.Pool, found: StoredBreaker, { attempts, failed }: Tally): Promise<boolean> {
  return change(pool, found.serviceId, async (sql, service, before) => {
    if (before.state !== 'CLOSED' || !before.enabled || before.changedAt !== found.changedAt) return false
    const probeAt = await write(sql, before, 'OPEN', 0)
    const why = `${failed} of ${attempts} attempts within ${before.windowSeconds} s failed`
    await logServiceEvent(sql, 'breaker.opened', service.projectId, `${serviceText(service)}: ${why}; next probe at ${probeAt}.`)
    return true
  })
}

/** What a probe has shown. UNKNOWN: nothing, so another one is sent at once. */
export interface ProbeVerdict {
  serviceId: string
  /** UUID of the run that was sent. */
  probeId: string
  health: 'UP' | 'DOWN' | 'UNKNOWN'
  /** How its attempt ended, for people. */
  because: string
}

/** Closes the circuit after a probe that was answered, opens it for twice as long after one that was not. A verdict that comes too late changes nothing. */
export function judgeProbe(pool: pg.Pool, { serviceId, probeId, health, because }: ProbeVerdict): Promise<boolean> {
  return change(pool, serviceId, async (sql, service, before) => {
    if (before.state !== 'HALF_OPEN' || before.probeId !== probeId) return false
    if (health === 'UNKNOWN') {
      await sql.query('update breakers set probe_at = clock_timestamp() where service_id = $1', [serviceId])
      return true
    }
    if (health === 'UP') {
      await close(sql, service, before, `the probe was answered: ${because}`)
      return true
    }
    const failedProbes = before.failedProbes + 1
    const probeAt = await write(sql, before, 'OPEN', failedProbes)
    const note = `${serviceText(service)}: the probe failed (${because}); next probe at ${probeAt}.`
    await logServiceEvent(sql, 'breaker.opened', service.projectId, note)
    return true
  })
}

/** Closes the circuit of a locked service, whatever its state was, and writes the event if it was not closed. */
export async function close(sql: Sql, service: StoredService, before: StoredBreaker, why: string): Promise<void> {
  if (before.state === 'CLOSED') return
  await write(sql, before, 'CLOSED', 0)
  await logServiceEvent(sql, 'breaker.closed', service.projectId, `${serviceText(service)}: ${why}.`)
}

/** Every change begins with the lock on the service: two never see half of each other, and `services.limited` stays true. */
function change(
  pool: pg.Pool,
  serviceId: string,
  work: (sql: Sql, service: StoredService, before: StoredBreaker) => Promise<boolean>,
): Promise<boolean> {
  return transaction(pool, async (sql) => {
    const service = await lockService(sql, null, serviceId)
    return service ? work(sql, service, await lockBreaker(sql, serviceId)) : false
  })
}

/** Gives the instant of the next probe as text. */
async function write(sql: Sql, before: StoredBreaker, state: 'OPEN' | 'CLOSED', failedProbes: number): Promise<string | undefined> {
  const { rows } = await sql.query<{ probeAt: Date | null }>(WRITE, [
    before.serviceId,
    state,
    cooldownMs(before.cooldownSeconds, failedProbes),
    failedProbes,
  ])
  await setLimited(sql, before.serviceId)
  return rows[0]!.probeAt?.toISOString()
}

const WRITE = `
insert into breakers as b (service_id, state, opened_at, probe_at, failed_probes, updated_at)
select $1, state, case when state <> 'CLOSED' then at end, case when state <> 'CLOSED' then at + $3 * interval '1 millisecond' end, $4, at
from (select $2::breaker_state as state, date_trunc('milliseconds', clock_timestamp()) as at) c
on conflict (service_id) do update set state = excluded.state, probe_at = excluded.probe_at, failed_probes = excluded.failed_probes,
  probe_id = null, updated_at = excluded.updated_at,
  opened_at = case when excluded.state <> 'CLOSED' then coalesce(b.opened_at, excluded.opened_at) end
returning b.probe_at as "probeAt"`

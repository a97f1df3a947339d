import { send } from '../server/commands/send.ts'
import type { SendInput } from '../server/domain/action-input.ts'
import type { SchedulerRig } from './scheduler-rig.ts'

/** Sends a request to `/run` whose end is told to `/callback`. */
export const run = (rig: SchedulerRig, input: Partial<SendInput> = {}) =>
  send(rig.ctx, { url: `${rig.target.url}/run`, callbackUrl: `${rig.target.url}/callback`, ...input })

export interface CallbackRow {
  status: string
  attempt_count: number
  max_attempts: number
  run_at: Date
  lease_owner: string | null
  response_code: number | null
  error_code: string | null
  finished_at: Date | null
}

interface CallbackAttemptRow {
  number: number
  started_at: Date
  finished_at: Date
  response_code: number | null
  response_body: string | null
  error_code: string | null
  failed_phase: string | null
  wait_ms: number | null
}

const read = async <T extends object>({ db }: SchedulerRig, sql: string, id: string) => (await db.pool.query<T>(sql, [id])).rows

export const callbackOf = async (rig: SchedulerRig, id: string) =>
  (await read<CallbackRow>(rig, 'select * from callbacks where invocation_id = $1', id))[0]
export const attemptsOf = (rig: SchedulerRig, id: string) =>
  read<CallbackAttemptRow>(rig, 'select * from callback_attempts where invocation_id = $1 order by number', id)

/** Waits until the callback of the run is as `match` says. */
export const until = (rig: SchedulerRig, id: string, match: (row: CallbackRow) => boolean) =>
  rig.eventually(async () => {
    const row = await callbackOf(rig, id)
    return row && match(row) ? row : `the callback is ${JSON.stringify(row)}`
  })

export const isOver = ({ status }: CallbackRow) => status !== 'PENDING'
/** Between two attempts. */
export const waits = (count: number) => (row: CallbackRow) => row.attempt_count === count && row.lease_owner === null

/** Of a request that a receiver got. */
export const isCallback = ({ url }: { url: string }) => url.startsWith('/callback')
/** Resolves when so many of its requests have come in. */
export const cameBack = (rig: SchedulerRig, count = 1) => rig.target.arrived(count, isCallback)

/** Its next attempt does not wait any longer. */
export const dueNow = ({ db }: SchedulerRig, id: string) =>
  db.pool.query('update callbacks set run_at = now() where invocation_id = $1 and lease_owner is null', [id])
/** As if the leases of all callbacks had run out. */
export const lapse = ({ db }: SchedulerRig) =>
  db.pool.query(`update callbacks set lease_until = now() - interval '1 second' where lease_owner is not null`)

import { ON_TIME_MS } from '../domain/run-policies.ts'
import type { Sql } from './database.ts'

const SILENCE = `interval '${ON_TIME_MS} milliseconds'`

/** Says that a scheduler is at work. To be called each second: one that is silent for longer than `ON_TIME_MS` was not. */
export async function beat(sql: Sql): Promise<void> {
  await sql.query({ name: 'scheduler-beat', text: BEAT })
}

// It does not wait for the disk: a beat that a power cut undoes is one second of silence more. A clock that was set back leaves no
// future behind, nor does rounding.
const BEAT = `
with hurried as materialized (
  select set_config('synchronous_commit', 'off', true)
)
insert into scheduler_beats as b (beat_at, up_since)
select at, at from hurried cross join (select date_trunc('milliseconds', now()) as at) c
on conflict (one) do update
set beat_at = excluded.beat_at,
  up_since = case when b.beat_at < excluded.beat_at - ${SILENCE} then excluded.up_since else least(b.up_since, excluded.up_since) end`

/** SQL: since when schedulers have been at work without a gap; now, when none was a moment ago. */
export const UP_SINCE = `coalesce((select case when b.beat_at < now() - ${SILENCE} then now() else b.up_since end from scheduler_beats b where b.one), now())`

import { createAction } from '../server/commands/create-action.ts'
import type { CreateActionInput } from '../server/domain/action-input.ts'
import type { Database } from '../server/store/database.ts'
import { type SchedulerRig, schedulerRig } from './scheduler-rig.ts'
import { runOn } from './template.ts'

/** The clock of a database, as every statement in it sees it: the machine's, put forward or back by what the test wants. */
export interface ShiftedClock {
  /** How far it is ahead of the machine's, ms. */
  readonly shiftMs: number
  /** What the database says it is, epoch ms. Works in this process too, because database and test are on one machine. */
  now(): number
  /** Puts it forward (or back, below 0), for all connections at once. Tells nobody. */
  jump(ms: number): Promise<void>
  /** Puts it to `beforeMs` ahead of the next full minute that is at least `afterMs` away; gives that minute, epoch ms. */
  toMinute(beforeMs: number, afterMs?: number): Promise<number>
}

/**
 * Statements call `now()` and its kin unqualified, so that a schema which stands before `pg_catalog` in the search path can answer for them.
 * Real servers then live in a time of the test's choosing, without a hook in their code.
 */
const SHADOW = `
create schema test_clock;
create table test_clock.shift (by interval not null);
insert into test_clock.shift values ('0');
create function test_clock.now() returns timestamptz language sql stable as
  'select pg_catalog.now() + by from test_clock.shift';
create function test_clock.statement_timestamp() returns timestamptz language sql stable as
  'select pg_catalog.statement_timestamp() + by from test_clock.shift';
create function test_clock.clock_timestamp() returns timestamptz language sql volatile as
  'select pg_catalog.clock_timestamp() + by from test_clock.shift';
do $$ begin execute format('alter database %I set search_path = public, test_clock, pg_catalog', current_database()); end $$`

export interface ShiftedRig extends SchedulerRig {
  clock: ShiftedClock
  /** Stores an action that calls the target at `path`, under the database's clock; gives its id. */
  create(input: Partial<CreateActionInput>, path?: string): Promise<string>
  /** Runs of an action with a nominal time, by that time. */
  runs(actionId: string): Promise<RunRow[]>
}

export interface RunRow {
  status: string
  status_reason: string | null
  trigger: string
  /** Epoch ms. */
  at: number
  /** From the nominal time to the start, ms; null when it was not started. */
  late: number | null
  attempt_count: number
  missed_count: number | null
}

/** A scheduler rig whose database has a clock of its own, also for every server that is started on it. */
export async function shiftedRig(): Promise<ShiftedRig> {
  const rig = await schedulerRig({ prepare: (url) => runOn(url, SHADOW) })
  const clock = shiftedClock(rig.db)
  return {
    ...rig,
    clock,
    async create(input, path = '/') {
      const target = { url: rig.target.url + path }
      return (await createAction(rig.ctx, { name: path, ...input, target }, clock.now())).id
    },
    async runs(actionId) {
      const { rows } = await rig.db.pool.query<RunRow>(
        `select status, status_reason, trigger, date_part('epoch', scheduled_for) * 1000 as at,
           date_part('epoch', started_at - scheduled_for) * 1000 as late, attempt_count, missed_count
         from invocations where action_id = $1 and scheduled_for is not null order by scheduled_for`,
        [actionId],
      )
      return rows
    },
  }
}

function shiftedClock({ pool }: Database): ShiftedClock {
  let shiftMs = 0
  const jump = async (ms: number) => {
    await pool.query(`update test_clock.shift set by = by + $1 * interval '1 millisecond'`, [ms])
    shiftMs += ms
  }
  const now = () => Date.now() + shiftMs
  return {
    get shiftMs() {
      return shiftMs
    },
    now,
    jump,
    async toMinute(beforeMs, afterMs = 0) {
      const minute = Math.ceil((now() + afterMs + beforeMs) / MINUTE_MS) * MINUTE_MS
      await jump(minute - beforeMs - now())
      return minute
    },
  }
}

const MINUTE_MS = 60_000

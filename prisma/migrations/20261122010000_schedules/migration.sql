create type recurrence as enum ('FIXED', 'ROLLING');
create type dst_policy as enum ('ONCE', 'LITERAL');
create type calendar_rule as enum ('SKIP', 'NEXT_BUSINESS_DAY');
create type overlap_policy as enum ('SKIP', 'QUEUE_ONE', 'ALLOW', 'CANCEL_OTHER');
create type catch_up as enum ('LATEST', 'ALL', 'NONE');
create type execution_mode as enum ('ACTIVE', 'SCHEDULES_PAUSED', 'ALL_PAUSED');
create type backfill_status as enum ('RUNNING', 'COMPLETED', 'CANCELLED');

-- What this installation knows about itself, such as the version of the time-zone data that it worked with last.
create table installation (
  name text primary key,
  value text not null
);

alter table projects
  add column execution_mode execution_mode not null default 'ACTIVE',
  -- The most enabled actions.
  add column enabled_quota integer not null default 500;

-- One row, which every scheduler at work touches each second: what is late because none was is told from what waits for room.
create table scheduler_beats (
  one boolean primary key default true,
  beat_at timestamptz(3) not null,
  -- Since when there has been no gap between the beats.
  up_since timestamptz(3) not null,
  constraint scheduler_beats_one_check check (one)
);

-- Days on which a schedule does not run.
create table calendars (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  -- Local dates of the schedule's zone.
  dates date[] not null default '{}',
  -- ISO weekdays, 1 = Monday to 7 = Sunday.
  weekdays smallint[] not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create unique index calendars_name_key on calendars (project_id, name);

alter table actions
  -- ISO 8601 duration, in place of a cron expression.
  add column every text,
  add column recurrence recurrence,
  -- A FIXED interval counts from here.
  add column anchor_at timestamptz(3),
  add column start_at timestamptz(3),
  add column end_at timestamptz(3),
  add column dst_policy dst_policy not null default 'ONCE',
  add column spread_seconds integer not null default 0,
  add column calendar_id uuid references calendars (id),
  add column calendar_rule calendar_rule,
  add column overlap_policy overlap_policy not null default 'SKIP',
  add column catch_up catch_up not null default 'LATEST',
  add column catch_up_window_seconds integer not null default 300,
  -- Occurrences that may run; null = no limit. `runs_made` counts those that were given a row to run.
  add column max_runs integer,
  add column runs_made integer not null default 0,
  add column delete_after_completion boolean not null default false;

create or replace function is_sound(a actions) returns boolean language plpgsql immutable as $$
begin
  -- Exactly one target: a path on a service, or an absolute URL.
  return num_nulls(a.service_id, a.url) = 1 and (a.service_id is null) = (a.path is null)
    and case a.kind
      when 'RECURRING' then num_nonnulls(a.cron_expression, a.every) = 1 and a.timezone is not null and a.scheduled_at is null
      when 'ONE_TIME' then a.scheduled_at is not null and num_nonnulls(a.cron_expression, a.every, a.next_run_at) = 0
      else num_nonnulls(a.cron_expression, a.every, a.scheduled_at, a.next_run_at) = 0
    end
    and (a.every is null) = (a.recurrence is null) and (a.recurrence is distinct from 'FIXED' or a.anchor_at is not null)
    and (a.calendar_id is null) = (a.calendar_rule is null)
    and (a.end_at is null or a.start_at is null or a.end_at >= a.start_at)
    and a.spread_seconds >= 0 and a.catch_up_window_seconds >= 0 and a.runs_made >= 0 and (a.max_runs is null or a.max_runs > 0)
    and a.timeout_seconds between 1 and 300
    and a.max_attempts between 1 and 100 and (a.retryable or a.max_attempts = 1);
end $$;

-- A ROLLING interval has no next time while its run is under way; these are looked at for one that has ended.
create index actions_rolling_idx on actions (id) where recurrence = 'ROLLING' and next_run_at is null and enabled and deleted_at is null;
create index actions_calendar_idx on actions (calendar_id) where calendar_id is not null;
-- How many actions a project has enabled.
create index actions_enabled_idx on actions (project_id) where enabled and deleted_at is null and kind = 'RECURRING';

create table backfills (
  id uuid primary key,
  project_id uuid not null references projects (id),
  action_id uuid not null references actions (id),
  from_at timestamptz(3) not null,
  to_at timestamptz(3) not null,
  status backfill_status not null,
  -- The first nominal time that was not looked at yet; null when all were.
  next_at timestamptz(3),
  total integer not null,
  made integer not null default 0,
  -- Nominal times that had succeeded, or were under way, when they were looked at.
  skipped integer not null default 0,
  actor_kind actor_kind not null,
  actor_id uuid,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  constraint backfills_final_check check ((finished_at is null) = (status = 'RUNNING'))
);
create index backfills_running_idx on backfills (id) where status = 'RUNNING';
create index backfills_list_idx on backfills (project_id, id);

alter table invocations
  -- Its action runs one at a time: these are looked at for overlap.
  add column exclusive boolean not null default false,
  -- On the one row that stands for the missed occurrences that got none.
  add column missed_count integer,
  add column backfill_id uuid;
create index invocations_exclusive_idx on invocations (action_id, run_at) where finished_at is null and exclusive;

-- A backfill repeats occurrences that were missed, each once.
drop index invocations_occurrence_key;
create unique index invocations_occurrence_key on invocations (action_id, scheduled_for) where scheduled_for is not null and backfill_id is null;
create unique index invocations_backfill_key on invocations (backfill_id, scheduled_for) where backfill_id is not null;
-- A backfill follows retries to see whether a time has succeeded meanwhile.
create index invocations_retry_idx on invocations (retry_of_id) where retry_of_id is not null;
-- One-time actions that are to be removed when their run has ended.
create index actions_completing_idx on actions (id) where delete_after_completion and deleted_at is null;

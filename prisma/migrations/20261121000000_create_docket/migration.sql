create type action_kind as enum ('RECURRING', 'ONE_TIME', 'ON_DEMAND');
create type http_method as enum ('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
create type invocation_status as enum ('AWAITING_APPROVAL', 'PENDING', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED');
create type status_reason as enum ('REJECTED', 'APPROVAL_EXPIRED', 'SUPERSEDED', 'USER', 'ACTION_DELETED', 'SCHEDULER_DOWN', 'OVERLAP', 'PAUSED', 'CIRCUIT_OPEN', 'APPROVAL_LATE');
create type invocation_trigger as enum ('SCHEDULE', 'MANUAL', 'API', 'RETRY', 'BACKFILL', 'SEQUENCE');
create type error_source as enum ('TARGET', 'DISPATCH', 'HANDLER', 'UNKNOWN');
create type actor_kind as enum ('USER', 'AGENT', 'TOKEN', 'SYSTEM');

-- Instants are kept to the millisecond, the precision of the API: a cursor made of one compares equal after the round trip.

create table projects (
  id uuid primary key,
  name text not null,
  created_at timestamptz(3) not null
);
create unique index projects_name_key on projects (name);

create table services (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  base_url text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create unique index services_name_key on services (project_id, name);

create table actions (
  id uuid primary key,
  project_id uuid not null references projects (id),
  key text,
  name text not null,
  kind action_kind not null,
  enabled boolean not null default true,
  pause_note text,
  version integer not null default 1,
  service_id uuid references services (id),
  path text,
  url text,
  method http_method not null default 'POST',
  headers json,
  body text,
  timeout_seconds smallint not null default 30,
  retryable boolean not null default false,
  max_attempts smallint not null default 1,
  cron_expression text,
  timezone text,
  scheduled_at timestamptz(3),
  next_run_at timestamptz(3),
  record_type text,
  tags text[] not null default '{}',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  -- Exactly one target: a path on a service, or an absolute URL.
  constraint actions_target_check check ((service_id is not null and path is not null and url is null) or (service_id is null and path is null and url is not null)),
  constraint actions_schedule_check check (
    case kind
      when 'RECURRING' then cron_expression is not null and timezone is not null and scheduled_at is null
      when 'ONE_TIME' then cron_expression is null and scheduled_at is not null and next_run_at is null
      else cron_expression is null and scheduled_at is null and next_run_at is null
    end),
  constraint actions_timeout_check check (timeout_seconds between 1 and 300),
  constraint actions_attempts_check check (max_attempts between 1 and 100 and (retryable or max_attempts = 1))
);
create index actions_list_idx on actions (project_id, id);
-- The upsert key is free again once its action is deleted.
create unique index actions_key_key on actions (project_id, key) where key is not null and deleted_at is null;
-- What the scheduler reads at each beat: only schedules that still run.
create index actions_due_idx on actions (next_run_at) where next_run_at is not null and enabled and deleted_at is null;

create table action_versions (
  action_id uuid not null references actions (id),
  version integer not null,
  service_id uuid,
  path text,
  url text,
  method http_method not null,
  headers json,
  body text,
  timeout_seconds smallint not null,
  primary key (action_id, version)
);

-- fillfactor: a run rewrites its row three times (claimed, running, settled); with room on the page the first two
-- are heap-only updates, because no index names a column that they change. One statement marks all rows of a page, and
-- their old versions make room only after its commit: so there must be room for as many rows again (at 70 one update in
-- three was heap-only, at 45 nearly all are, and a settled table is smaller for it).
create table invocations (
  id uuid primary key,
  project_id uuid not null,
  action_id uuid not null references actions (id),
  action_version integer,
  status invocation_status not null,
  status_reason status_reason,
  trigger invocation_trigger not null,
  scheduled_for timestamptz(3),
  run_at timestamptz(3) not null,
  sort_at timestamptz(3) not null,
  held boolean not null default false,
  attempt_count smallint not null default 0,
  max_attempts smallint not null,
  lease_owner uuid,
  lease_until timestamptz(3),
  dispatched_at timestamptz(3),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  response_code smallint,
  error_source error_source,
  error_code text,
  error_message text,
  input text,
  retry_of_id uuid references invocations (id),
  actor_kind actor_kind not null,
  actor_id uuid,
  record_type text,
  record_id text,
  created_at timestamptz(3) not null,
  outcome invocation_status generated always as (
    case when status in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED') then status end) stored,
  constraint invocations_final_check check ((finished_at is not null) = (status in ('SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED'))),
  constraint invocations_reason_check check ((status_reason is not null) = (status in ('CANCELLED', 'MISSED'))),
  constraint invocations_lease_check check ((lease_owner is null) = (lease_until is null)),
  -- A running row always has someone who answers for it, and the mark that its request may have left.
  constraint invocations_running_check check (status <> 'RUNNING' or (lease_owner is not null and dispatched_at is not null and started_at is not null and attempt_count > 0)),
  constraint invocations_released_check check (finished_at is null or lease_owner is null),
  constraint invocations_held_check check (status <> 'AWAITING_APPROVAL' or held),
  constraint invocations_attempts_check check (attempt_count between 0 and max_attempts),
  constraint invocations_error_check check ((error_source is null) = (error_code is null) and (error_source is null or status in ('FAILED', 'RETRYING')))
) with (fillfactor = 45);
-- One row per occurrence, whichever of several schedulers comes first.
create unique index invocations_occurrence_key on invocations (action_id, scheduled_for) where scheduled_for is not null;
-- What the scheduler reads: only live rows, so its size is the backlog and not the history. `status` is left out on purpose (see fillfactor).
create index invocations_live_idx on invocations (run_at) where finished_at is null and not held;
-- Lists show the newest first and read these backwards: ascending, because an index grows cheaply only at its right end.
create index invocations_list_idx on invocations (project_id, sort_at, id);
create index invocations_action_idx on invocations (action_id, sort_at, id);
-- Lists of what is not finished yet.
create index invocations_unfinished_idx on invocations (project_id, sort_at, id) where finished_at is null;
-- Lists filtered by a final status, such as the failures of a large history.
create index invocations_outcome_idx on invocations (project_id, outcome, sort_at, id) where outcome is not null;

-- No foreign key to invocations: the one statement that writes an attempt takes the id from the invocation it updates in
-- the same breath, and checking it once more cost a sixth of the database's work for a delivery.
create table attempts (
  id uuid primary key,
  invocation_id uuid not null,
  number smallint not null,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3) not null,
  duration_ms real not null,
  response_code smallint,
  response_headers json,
  response_body text,
  truncated boolean not null default false,
  error_source error_source,
  error_code text,
  error_message text,
  constraint attempts_number_check check (number > 0),
  constraint attempts_error_check check ((error_source is null) = (error_code is null)),
  constraint attempts_outcome_check check (response_code is not null or error_source is not null)
);
create unique index attempts_number_key on attempts (invocation_id, number);

create table events (
  seq bigint generated by default as identity primary key,
  project_id uuid not null,
  type text not null,
  at timestamptz(3) not null,
  action_id uuid,
  invocation_id uuid,
  status invocation_status,
  -- Why someone paused or resumed, in his words.
  note text
);

-- `seq` is given out before commit, so a reader can see 7 while 6 is still being written. Every writer holds this
-- lock in share mode from before its first number until it commits: a reader that meets a gap knows from the holders
-- whether the missing number can still come (server/store/event-log.ts). Scoped to this database, blocks no writer.
create function events_writer_lock() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(1685021547, 1);
  return null;
end $$;
create trigger events_writer_lock before insert on events for each statement execute function events_writer_lock();

create table api_tokens (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  hash bytea not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  constraint api_tokens_hash_check check (octet_length(hash) = 32)
);
create unique index api_tokens_hash_key on api_tokens (hash);

create table sessions (
  hash bytea primary key,
  kind text not null,
  project_id uuid not null references projects (id),
  token_id uuid references api_tokens (id),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  constraint sessions_kind_check check (kind in ('LINK', 'BROWSER')),
  constraint sessions_hash_check check (octet_length(hash) = 32)
);
create index sessions_expires_idx on sessions (expires_at);

create type attempt_phase as enum ('GUARD', 'DNS', 'CONNECT', 'TLS', 'SEND', 'WAIT', 'BODY');
create type rate_period as enum ('SECOND', 'MINUTE');
create type breaker_state as enum ('CLOSED', 'OPEN', 'HALF_OPEN');
create type callback_status as enum ('PENDING', 'DELIVERED', 'FAILED');
create type bulk_kind as enum ('RETRY', 'CANCEL');
create type bulk_status as enum ('RUNNING', 'COMPLETED', 'STOPPED');

-- Secrets are stored sealed (AES-256-GCM, `v1:…`). During a rotation the previous one signs too, until its end.
alter table projects
  add column signing_secret text,
  add column previous_signing_secret text,
  add column previous_signing_until timestamptz(3);
alter table services
  add column signing_secret text,
  add column previous_signing_secret text,
  add column previous_signing_until timestamptz(3),
  -- Inbound traffic may reach it through /gateway.
  add column gateway boolean not null default true,
  -- Its runs take turns in lanes: it has limits, or its circuit is not closed.
  add column limited boolean not null default false;

-- What header values name as {{secret.NAME}}.
create table secrets (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  value text not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create unique index secrets_name_key on secrets (project_id, name);

alter table actions
  -- A sealed JSON object; what was stored before is sealed at the next start.
  alter column headers type text,
  -- What its headers name as {{secret.NAME}}; null = nothing.
  add column secret_names text[],
  add column callback_url text,
  add column concurrency_key text,
  -- How to space and choose retries; null = the defaults.
  add column retry json;
alter table action_versions
  alter column headers type text,
  -- When an edit took its place.
  add column replaced_at timestamptz(3) not null default now(),
  add column secret_names text[];

-- Milliseconds of each phase; null for one that did not take place, such as connecting on a connection that was open.
alter table attempts
  add column dns_ms real,
  add column connect_ms real,
  add column tls_ms real,
  add column send_ms real,
  add column wait_ms real,
  add column body_ms real,
  add column failed_phase attempt_phase;

-- How many runs of a service, or under one concurrencyKey, may be under way, and how many may start in a time.
create table limits (
  id uuid primary key,
  project_id uuid not null references projects (id),
  service_id uuid references services (id),
  key text,
  max_concurrency integer,
  rate_limit integer,
  rate_period rate_period,
  -- Starts that are left at `refilled_at`; null = all of them.
  tokens double precision,
  refilled_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint limits_subject_check check (num_nonnulls(service_id, key) = 1),
  constraint limits_rate_check check ((rate_limit is null) = (rate_period is null)),
  constraint limits_positive_check check (max_concurrency > 0 and rate_limit > 0)
);
create unique index limits_service_key on limits (service_id);
create unique index limits_key_key on limits (project_id, key) where key is not null;

-- Runs under way that count against a limit. A row is written and removed with the status of its invocation.
create table limited_runs (
  invocation_id uuid primary key,
  project_id uuid not null,
  service_id uuid,
  key text
);
create index limited_runs_service_idx on limited_runs (service_id) where service_id is not null;
create index limited_runs_key_idx on limited_runs (project_id, key) where key is not null;

create table breakers (
  service_id uuid primary key references services (id),
  enabled boolean not null default true,
  -- Opens when this share of at least `min_attempts` attempts within the window failed.
  failure_share double precision not null default 0.5,
  window_seconds integer not null default 60,
  min_attempts integer not null default 20,
  -- From opening to the first probe; doubled after each that fails.
  cooldown_seconds integer not null default 30,
  state breaker_state not null default 'CLOSED',
  opened_at timestamptz(3),
  probe_at timestamptz(3),
  -- Probes that failed since it opened.
  failed_probes integer not null default 0,
  -- The run that is sent to see whether the service is back.
  probe_id uuid,
  updated_at timestamptz(3) not null,
  constraint breakers_settings_check check (failure_share > 0 and failure_share <= 1 and window_seconds > 0 and min_attempts > 0 and cooldown_seconds > 0),
  constraint breakers_open_check check ((state = 'CLOSED') = (opened_at is null))
);

alter table invocations
  -- Where it waits for its turn under limits or an open circuit; null = it waits for its time only.
  add column lane text collate "C";
drop index invocations_live_idx;
-- What the scheduler reads: only live rows, so its size is the backlog and not the history. `status` is left out on purpose (see fillfactor).
create index invocations_live_idx on invocations (run_at) where finished_at is null and not held and lane is null;
create index invocations_lane_idx on invocations (lane, run_at) where lane is not null and finished_at is null and not held;

-- The final invocation, sent to the action's callbackUrl.
create table callbacks (
  invocation_id uuid primary key,
  project_id uuid not null,
  url text not null,
  status callback_status not null default 'PENDING',
  attempt_count smallint not null default 0,
  max_attempts smallint not null,
  run_at timestamptz(3) not null,
  lease_owner uuid,
  lease_until timestamptz(3),
  response_code smallint,
  error_code text,
  error_message text,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  constraint callbacks_final_check check ((finished_at is null) = (status = 'PENDING'))
);
create index callbacks_due_idx on callbacks (run_at) where status = 'PENDING';

create table callback_attempts (
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
  error_code text,
  error_message text,
  dns_ms real,
  connect_ms real,
  tls_ms real,
  send_ms real,
  wait_ms real,
  body_ms real,
  failed_phase attempt_phase
);
create unique index callback_attempts_number_key on callback_attempts (invocation_id, number);

-- Written in the transaction of what it answers for.
create table idempotency_keys (
  project_id uuid not null,
  key text not null,
  -- SHA-256 of the request.
  fingerprint bytea not null,
  -- UUID of what the request made.
  result_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (project_id, key)
);
create index idempotency_keys_created_idx on idempotency_keys (created_at);

create table dedupe_keys (
  project_id uuid not null,
  key text not null,
  invocation_id uuid not null,
  expires_at timestamptz(3) not null,
  primary key (project_id, key)
);
create index dedupe_keys_expires_idx on dedupe_keys (expires_at);

-- Receipts that are not as they come to be: renewed, given another end, or revoked.
create table receipts (
  invocation_id uuid primary key,
  -- How often its address was made anew, 0 to 63.
  version smallint not null default 0,
  expires_at timestamptz(3),
  revoked_at timestamptz(3)
);

create table bulk_operations (
  id uuid primary key,
  project_id uuid not null references projects (id),
  kind bulk_kind not null,
  filter json not null,
  status bulk_status not null default 'RUNNING',
  -- Where in the list the next step begins.
  after_at timestamptz(3),
  after_id uuid,
  total integer not null,
  done integer not null default 0,
  -- Those that were in another state when their turn came.
  skipped integer not null default 0,
  actor_kind actor_kind not null,
  actor_id uuid,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  constraint bulk_operations_final_check check ((finished_at is null) = (status = 'RUNNING'))
);
-- One of a kind at a time.
create unique index bulk_operations_running_key on bulk_operations (project_id, kind) where status = 'RUNNING';
create index bulk_operations_list_idx on bulk_operations (project_id, id);

-- Runs that a bulk operation made and that were not over when it was looked at last.
create table bulk_runs (
  bulk_operation_id uuid not null references bulk_operations (id),
  invocation_id uuid not null,
  primary key (bulk_operation_id, invocation_id)
);

-- What retention removed, counted.
create table invocation_totals (
  project_id uuid not null,
  day date not null,
  status invocation_status not null,
  count bigint not null,
  primary key (project_id, day, status)
);

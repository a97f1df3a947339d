create type role_level as enum ('VIEWER', 'OPERATOR', 'MANAGER', 'ADMIN');
create type approval_status as enum ('PENDING', 'APPROVED', 'REJECTED', 'EXPIRED', 'CANCELLED');
create type approval_decision as enum ('APPROVE', 'REJECT');
create type audit_result as enum ('DONE', 'REFUSED', 'FAILED');
create type notice_kind as enum ('REQUESTED', 'REMINDER', 'ESCALATED', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOIDED');
create type notice_channel as enum ('WEBHOOK', 'EMAIL');
create type notice_status as enum ('PENDING', 'SENT', 'FAILED');

alter table projects
  -- Counts every change of what decides who may do what; what was judged under another number is judged again before it is sent.
  add column policy_version integer not null default 1,
  -- Told of approvals, by signed requests.
  add column approval_webhook_url text,
  -- Receipts name who decided.
  add column show_deciders boolean not null default false;

-- People. One may be a member of several projects.
create table users (
  id uuid primary key,
  -- Null for the first administrator, who came by the printed link, until he gives one.
  email text,
  name text not null,
  -- scrypt, with its parameters; null for who signs in elsewhere or has set none yet.
  password_hash text,
  oidc_issuer text,
  oidc_subject text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint users_oidc_check check ((oidc_issuer is null) = (oidc_subject is null))
);
create unique index users_email_key on users (lower(email)) where email is not null;
create unique index users_oidc_key on users (oidc_issuer, oidc_subject) where oidc_issuer is not null;

create table roles (
  id uuid primary key,
  project_id uuid not null references projects (id),
  name text not null,
  level role_level not null,
  -- One of the four that every project has.
  built_in boolean not null default false,
  -- Its members may run without the approval that is wanted, with a reason that is recorded.
  break_glass boolean not null default false,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint roles_built_in_check check (not (built_in and break_glass))
);
create unique index roles_name_key on roles (project_id, lower(name));
-- No project is ever without the four built-in ones, however it is made.
create function add_built_in_roles() returns trigger language plpgsql as $$
begin
  insert into roles (id, project_id, name, level, built_in, created_at, updated_at)
  select gen_random_uuid(), new.id, initcap(l::text), l, true, now(), now() from unnest(enum_range(null::role_level)) as l;
  return null;
end $$;
create trigger projects_built_in_roles after insert on projects for each row execute function add_built_in_roles();
insert into roles (id, project_id, name, level, built_in, created_at, updated_at)
select gen_random_uuid(), p.id, initcap(l::text), l, true, now(), now()
from projects p cross join unnest(enum_range(null::role_level)) as l;

-- What a role may do with an action; with action null, with each action that has no row of its own for the role.
create table permissions (
  id uuid primary key,
  project_id uuid not null references projects (id),
  role_id uuid not null references roles (id) on delete cascade,
  action_id uuid references actions (id),
  trigger boolean not null,
  trigger_condition text,
  require_approval boolean not null,
  require_approval_condition text,
  approve boolean not null,
  approve_condition text,
  self_approve boolean not null,
  self_approve_condition text,
  updated_at timestamptz(3) not null
);
create unique index permissions_role_key on permissions (role_id, action_id) nulls not distinct;
create index permissions_project_idx on permissions (project_id);

create table memberships (
  project_id uuid not null references projects (id),
  user_id uuid not null references users (id),
  role_id uuid not null references roles (id),
  created_at timestamptz(3) not null,
  disabled_at timestamptz(3),
  -- To five minutes.
  last_seen_at timestamptz(3),
  primary key (project_id, user_id)
);
create index memberships_user_idx on memberships (user_id);

create table invites (
  id uuid primary key,
  project_id uuid not null references projects (id),
  email text not null,
  role_id uuid not null references roles (id),
  -- SHA-256 of the secret in the link.
  hash bytea not null,
  invited_by uuid references users (id),
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  accepted_at timestamptz(3),
  revoked_at timestamptz(3)
);
create unique index invites_hash_key on invites (hash);
-- One open invitation per address.
create unique index invites_open_key on invites (project_id, lower(email)) where accepted_at is null and revoked_at is null;

alter table sessions
  -- Names it in lists, where its hash must not appear.
  add column id uuid not null default gen_random_uuid(),
  add column user_id uuid references users (id),
  -- How its browser signed in: LINK, PASSWORD, OIDC, INVITE or TOKEN.
  add column method text,
  add column ip text,
  add column user_agent text,
  add column last_used_at timestamptz(3);
create unique index sessions_id_key on sessions (id);
create index sessions_user_idx on sessions (user_id) where user_id is not null;
-- Those of before belong to nobody; the next start prints a link.
update sessions set ended_at = now() where kind = 'BROWSER' and token_id is null and ended_at is null;
update sessions set method = 'TOKEN' where kind = 'BROWSER' and token_id is not null;

alter table api_tokens
  -- Null only for tokens of before, which are administrators.
  add column role_id uuid references roles (id),
  -- Which of its role's rights it has; null = all.
  add column scopes text[],
  -- The person for whom it acts.
  add column on_behalf_of uuid references users (id),
  add column created_by uuid references users (id),
  -- Of a program that decides by itself.
  add column agent boolean not null default false;
update api_tokens t set role_id = r.id from roles r where r.project_id = t.project_id and r.level = 'ADMIN' and r.built_in;
alter table api_tokens alter column role_id set not null;

-- Approval policy: { stages: [{ role, required }], expiresInSeconds, forbidRequester, condition, … }; null = none.
alter table actions
  add column approval json,
  -- The person who edited it last, who may not approve what he edited.
  add column edited_by uuid;

alter table invocations
  -- Of its project, when it was judged who may ask for it; null for what the schedule made.
  add column policy_version integer,
  -- Judged again before it is sent: it was approved, or the project's policy changed since it was asked for.
  add column guarded boolean not null default false,
  -- The person behind the actor.
  add column requested_by uuid;
drop index invocations_live_idx;
create index invocations_live_idx on invocations (run_at) where finished_at is null and not held and lane is null and not guarded;
-- Those in lanes are judged when their turn comes.
create index invocations_guarded_idx on invocations (run_at) where guarded and finished_at is null and not held and lane is null;

create table approvals (
  id uuid primary key,
  invocation_id uuid not null references invocations (id) on delete cascade,
  project_id uuid not null,
  action_id uuid not null,
  status approval_status not null default 'PENDING',
  -- As it was when it was asked for.
  policy json not null,
  -- Index of the stage that is being decided.
  stage smallint not null default 0,
  -- SHA-256 (hex) of the request that is to be approved (RFC 8785), and the version of the action that it was made of.
  digest text not null,
  action_version integer not null,
  -- As it was first asked for: what has changed since is told from these.
  asked_version integer not null,
  asked_input text,
  requester_kind actor_kind not null,
  requester_id uuid,
  -- People who may not approve: the requester, through tokens and retries, and the last editor.
  excluded uuid[] not null default '{}',
  requested_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  decided_at timestamptz(3),
  remind_at timestamptz(3),
  escalate_at timestamptz(3),
  escalated_at timestamptz(3),
  -- The standing grant that approved it.
  grant_id uuid,
  break_glass_reason text,
  constraint approvals_decided_check check ((decided_at is null) = (status = 'PENDING'))
);
create unique index approvals_invocation_key on approvals (invocation_id);
create index approvals_list_idx on approvals (project_id, id);
create index approvals_pending_idx on approvals (project_id, id) where status = 'PENDING';
create index approvals_action_idx on approvals (action_id, id);
-- What has an hour of its own to come.
create index approvals_clock_idx on approvals ((least(expires_at, remind_at, case when escalated_at is null then escalate_at end)))
  where status = 'PENDING';

create table approval_votes (
  id uuid primary key,
  approval_id uuid not null references approvals (id) on delete cascade,
  user_id uuid not null references users (id),
  stage smallint not null,
  decision approval_decision not null,
  comment text,
  digest text not null,
  at timestamptz(3) not null,
  -- Why it no longer counts: the request was edited, or the voter may no longer approve.
  voided_at timestamptz(3),
  void_reason text,
  constraint approval_votes_void_check check ((voided_at is null) = (void_reason is null))
);
-- One person counts once.
create unique index approval_votes_person_key on approval_votes (approval_id, user_id) where voided_at is null;

-- Approves in advance: this actor, this action, under this condition, so often or until then.
create table approval_grants (
  id uuid primary key,
  project_id uuid not null references projects (id),
  action_id uuid not null references actions (id),
  user_id uuid references users (id),
  token_id uuid references api_tokens (id),
  condition text,
  max_runs integer,
  used integer not null default 0,
  expires_at timestamptz(3),
  comment text,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  constraint approval_grants_actor_check check (num_nonnulls(user_id, token_id) <= 1),
  constraint approval_grants_end_check check (max_runs is not null or expires_at is not null),
  constraint approval_grants_used_check check (max_runs is null or used <= max_runs)
);
create index approval_grants_action_idx on approval_grants (action_id) where revoked_at is null;

-- What is to be told of an approval, to whom. Written in the transaction of what it tells.
create table notices (
  id uuid primary key,
  project_id uuid not null,
  approval_id uuid not null references approvals (id) on delete cascade,
  kind notice_kind not null,
  channel notice_channel not null,
  -- URL or e-mail address.
  recipient text not null,
  user_id uuid,
  status notice_status not null default 'PENDING',
  attempt_count smallint not null default 0,
  run_at timestamptz(3) not null,
  lease_until timestamptz(3),
  error text,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  constraint notices_final_check check ((finished_at is null) = (status = 'PENDING'))
);
create index notices_due_idx on notices (channel, run_at) where finished_at is null;
create index notices_approval_idx on notices (approval_id);

-- Who did what. Each entry is bound to the one before it in its chain by an HMAC whose key lies outside the database; a chain is written by
-- one connection at a time, and there are as many as that takes, so that nobody waits (docs/adr).
create table audit_entries (
  chain_id uuid not null,
  seq bigint not null,
  id uuid not null,
  project_id uuid,
  at timestamptz(3) not null,
  actor_kind actor_kind not null,
  actor_id uuid,
  actor_name text,
  on_behalf_of uuid,
  verb text not null,
  object_type text,
  object_id text,
  action_id uuid,
  invocation_id uuid,
  record_type text,
  record_id text,
  -- Redacted.
  data json,
  before json,
  after json,
  result audit_result not null,
  code text,
  ip text,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (chain_id, seq),
  constraint audit_entries_hash_check check (octet_length(hash) = 32 and octet_length(prev_hash) = 32 and seq > 0)
);
create index audit_entries_list_idx on audit_entries (project_id, id);

-- Heads of all chains at a time, which are published outside the database too.
create table audit_anchors (
  id uuid primary key,
  at timestamptz(3) not null,
  heads json not null,
  hash bytea not null
);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete or truncate on audit_entries for each statement execute function audit_is_append_only();
create trigger audit_anchors_append_only before update or delete or truncate on audit_anchors for each statement execute function audit_is_append_only();

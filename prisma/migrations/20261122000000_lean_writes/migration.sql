-- PostgreSQL reads the stored text of every CHECK and of every generated column anew in each statement that writes the table,
-- and asks a foreign key by a query of its own: half of what a lone insert cost. A function it reads once per connection.

-- Actions and projects are never removed, and whoever writes such a row has just read or written the one it names.
alter table actions drop constraint actions_project_id_fkey;
alter table invocations drop constraint invocations_action_id_fkey;

alter table actions
  drop constraint actions_target_check,
  drop constraint actions_schedule_check,
  drop constraint actions_timeout_check,
  drop constraint actions_attempts_check;
create function is_sound(a actions) returns boolean language plpgsql immutable as $$
begin
  -- Exactly one target: a path on a service, or an absolute URL.
  return num_nulls(a.service_id, a.url) = 1 and (a.service_id is null) = (a.path is null)
    and case a.kind
      when 'RECURRING' then num_nulls(a.cron_expression, a.timezone) = 0 and a.scheduled_at is null
      when 'ONE_TIME' then a.scheduled_at is not null and num_nonnulls(a.cron_expression, a.next_run_at) = 0
      else num_nonnulls(a.cron_expression, a.scheduled_at, a.next_run_at) = 0
    end
    and a.timeout_seconds between 1 and 300
    and a.max_attempts between 1 and 100 and (a.retryable or a.max_attempts = 1);
end $$;
alter table actions add constraint actions_definition_check check (is_sound(actions));

-- The final status of what did not succeed, null before and for success. Lists of failures read its index; a success, the
-- usual end, writes none. Not generated, for the same reason; the check below holds it to the status.
drop index invocations_outcome_idx;
alter table invocations drop column outcome;
alter table invocations add column outcome invocation_status;
alter table invocations
  drop constraint invocations_final_check,
  drop constraint invocations_reason_check,
  drop constraint invocations_lease_check,
  drop constraint invocations_running_check,
  drop constraint invocations_released_check,
  drop constraint invocations_held_check,
  drop constraint invocations_attempts_check,
  drop constraint invocations_error_check;
update invocations set outcome = status where status in ('FAILED', 'CANCELLED', 'MISSED');
-- The states stand in the order of the lifecycle: final from SUCCEEDED on, not a success from FAILED on, with a reason from CANCELLED on.
create function is_sound(i invocations) returns boolean language plpgsql immutable as $$
begin
  return (i.finished_at is null) = (i.status < 'SUCCEEDED')
    and (i.outcome is null) = (i.status < 'FAILED') and coalesce(i.outcome, i.status) = i.status
    and (i.status_reason is null) = (i.status < 'CANCELLED')
    and (i.lease_owner is null) = (i.lease_until is null) and (i.lease_owner is null or i.finished_at is null)
    -- A running row always has someone who answers for it, and the mark that its request may have left.
    and (i.status <> 'RUNNING' or num_nulls(i.lease_owner, i.dispatched_at, i.started_at) = 0 and i.attempt_count > 0)
    and (i.status <> 'AWAITING_APPROVAL' or i.held)
    and i.attempt_count between 0 and i.max_attempts
    and (i.error_source is null) = (i.error_code is null) and (i.error_source is null or i.status in ('RETRYING', 'FAILED'));
end $$;
alter table invocations add constraint invocations_lifecycle_check check (is_sound(invocations));
create index invocations_outcome_idx on invocations (project_id, outcome, sort_at, id) where outcome is not null;

-- Where a policy wants several people it takes the grants of several. All of them are judged again before the run is sent, so all of them are kept.
alter table approvals add column grant_ids uuid[] not null default '{}';
-- Of what was approved by several only the first is known: it goes back to people when it is judged again.
update approvals set grant_ids = array[grant_id] where grant_id is not null;
alter table approvals drop column grant_id;

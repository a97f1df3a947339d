import { type Approver, inAdvance } from '../domain/approval.ts'
import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import { evaluateCondition } from '../domain/condition.ts'
import { publicId } from '../domain/ids.ts'
import { type ApprovableRun, variablesOf } from './approval-run.ts'
import type { RightsOf } from './approver-rights.ts'
import type { AuditNote } from './audited.ts'
import type { Sql } from './database.ts'

/**
 * Uses up one run of the standing grants that approve this one, in the transaction of the run. Gives the UUIDs of the grants, a vote each in
 * the order of the stages; null when they do not suffice. A grant is its granter's approval in advance: it counts as his vote would now, so
 * where the policy wants two people it takes grants of two, and nobody's covers what he asks for or was the last to edit (`excluded`). A
 * condition that cannot be evaluated covers nothing.
 */
export async function takeGrant(
  sql: Sql,
  run: ApprovableRun,
  { stages }: Pick<ApprovalPolicy, 'stages'>,
  excluded: readonly string[],
  rightsOf: RightsOf,
): Promise<string[] | null> {
  for (;;) {
    const chosen = inAdvance(stages, await findCovering(sql, run, excluded, rightsOf))?.map(({ id }) => id)
    if (!chosen) return null
    const { rowCount } = await sql.query({ name: 'take-grants', text: TAKE, values: [chosen] })
    // Else someone used one up meanwhile, and it is not found again.
    if (rowCount) return chosen
  }
}

interface Covering extends Approver {
  id: string
}

async function findCovering(sql: Sql, run: ApprovableRun, excluded: readonly string[], rightsOf: RightsOf): Promise<Covering[]> {
  const { actionId, actorKind, actorId, version } = run
  const user = actorKind === 'USER' ? actorId : null
  const token = actorKind === 'TOKEN' || actorKind === 'AGENT' ? actorId : null
  const { rows } = await sql.query<{ id: string; condition: string | null; userId: string }>({
    name: 'find-grants',
    text: FIND,
    values: [actionId, user, token, excluded, version],
  })
  const covering: Covering[] = []
  for (const { id, condition, userId } of rows) {
    if (condition !== null) {
      const judged = evaluateCondition(condition, variablesOf(run))
      if ('error' in judged || !judged.value) continue
    }
    const rights = await rightsOf(userId, run)
    if (rights?.approve) covering.push({ id, userId, level: rights.level, roleId: rights.roleId })
  }
  return covering
}

const NOT_USED_UP = '(max_runs is null or used < max_runs) and (expires_at is null or expires_at > clock_timestamp())'
const IN_FORCE = `revoked_at is null and ${NOT_USED_UP}`

// What ends first is used first. Only for what the action sends now: an earlier version is not what was granted.
const FIND = `
select id, condition, created_by as "userId" from approval_grants
where action_id = $1 and ${IN_FORCE} and (user_id is null or user_id = $2) and (token_id is null or token_id = $3)
  and created_by <> all ($4::uuid[]) and $5::integer = (select version from actions where id = $1)
order by expires_at nulls last, id`

// All of them or none.
const TAKE = `
with held as (
  select id from approval_grants where id = any ($1::uuid[]) and ${IN_FORCE} order by id for no key update
)
update approval_grants set used = used + 1
where id in (select id from held) and (select count(*) from held) = cardinality($1::uuid[])`

/**
 * Ends the grants of actions whose request was edited, or of all actions of a service: nobody has granted what is sent now.
 * @param note gets what the audit says of each that was in force until now
 */
export async function endGrants(
  sql: Sql,
  of: { actionId: string } | { serviceId: string },
  note: (note: AuditNote) => void,
): Promise<void> {
  const [column, id] = 'actionId' in of ? ['id', of.actionId] : ['service_id', of.serviceId]
  const { rows } = await sql.query<{ id: string; actionId: string; open: boolean }>({
    name: `end-grants-${column}`,
    text: `
      update approval_grants set revoked_at = date_trunc('milliseconds', clock_timestamp())
      where revoked_at is null and action_id in (select id from actions where ${column} = $1)
      returning id, action_id as "actionId", ${NOT_USED_UP} as open`,
    values: [id],
  })
  for (const { id, actionId, open } of rows) {
    const data = { why: 'What would be sent was edited.' }
    if (open) note({ verb: 'grant.ended', object: { type: 'grant', id: publicId('grant', id) }, actionId, data })
  }
}

export interface NewGrant {
  id: string
  projectId: string
  /** UUIDs. */
  actionId: string
  userId: string | null
  tokenId: string | null
  condition: string | null
  maxRuns: number | null
  /** Epoch ms. */
  expiresAt: number | null
  comment: string | null
  createdBy: string
}

/** Stores a grant that nothing has used yet. */
export async function insertGrant(sql: Sql, grant: NewGrant): Promise<void> {
  const { id, projectId, actionId, userId, tokenId, condition, maxRuns, expiresAt, comment, createdBy } = grant
  await sql.query({
    name: 'insert-grant',
    text: INSERT,
    values: [id, projectId, actionId, userId, tokenId, condition, maxRuns, expiresAt, comment, createdBy],
  })
}

const INSERT = `
insert into approval_grants (id, project_id, action_id, user_id, token_id, condition, max_runs, expires_at, comment, created_by, created_at)
values ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8::float8 / 1000), $9, $10, date_trunc('milliseconds', clock_timestamp()))`

/** Ends a grant. Gives the UUID of its action, and whether it was in force until now; undefined for an unknown one. */
export async function revokeStoredGrant(
  sql: Sql,
  projectId: string,
  id: string,
): Promise<{ actionId: string; ended: boolean } | undefined> {
  const { rows } = await sql.query<{ actionId: string; ended: boolean }>({
    name: 'revoke-grant',
    text: `
      with found as (select id, action_id, revoked_at from approval_grants where id = $1 and project_id = $2 for no key update)
      , ended as (
        update approval_grants g set revoked_at = date_trunc('milliseconds', clock_timestamp()) from found f
        where g.id = f.id and f.revoked_at is null
      )
      select action_id as "actionId", revoked_at is null as ended from found`,
    values: [id, projectId],
  })
  return rows[0]
}

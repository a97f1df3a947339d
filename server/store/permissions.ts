import type { RoleLevel } from '../domain/access.ts'
import type { PermissionRules, RulesOfRole } from '../domain/permission.ts'
import { createRecent } from '../domain/recent.ts'
import type { Sql } from './database.ts'

/** Rows of permissions that are kept in memory, over all roles: some 20 MB at most. */
const KEPT_ROWS = 50_000

/** A row of permissions as `RULE_COLUMNS` reads it. */
export interface RulesRow {
  trigger: boolean
  triggerCondition: string | null
  requireApproval: boolean
  requireApprovalCondition: string | null
  approve: boolean
  approveCondition: string | null
  selfApprove: boolean
  selfApproveCondition: string | null
}

/** The rules in a row that was read with `RULE_COLUMNS`. */
export const rulesOfRow = (row: RulesRow): PermissionRules => ({
  trigger: { allowed: row.trigger, condition: row.triggerCondition },
  requireApproval: { allowed: row.requireApproval, condition: row.requireApprovalCondition },
  approve: { allowed: row.approve, condition: row.approveCondition },
  selfApprove: { allowed: row.selfApprove, condition: row.selfApproveCondition },
})

/**
 * The rules of a role (UUID) as they were under that version of the project's policy, or later: every change of them counts it up. No query
 * while they are kept. A role that is gone has none and no level to speak of.
 */
export async function rulesOfRole(sql: Sql, roleId: string, policyVersion: number): Promise<RulesOfRole> {
  const known = kept.get(roleId)
  if (known && known.version >= policyVersion) return known
  const { rows } = await sql.query<
    RulesRow & { version: number; settled: boolean; level: RoleLevel; id: string | null; actionId: string | null }
  >({ name: 'rules-of-role', text: READ, values: [roleId] })
  const [first] = rows
  if (!first) return { level: 'VIEWER', others: NONE, byAction: new Map() }
  const own = rows.filter(({ id }) => id !== null)
  const others = own.find(({ actionId }) => actionId === null)
  const read: Kept = {
    version: first.version,
    rows: own.length + 1,
    level: first.level,
    others: others ? rulesOfRow(others) : null,
    byAction: new Map(own.flatMap((row) => (row.actionId === null ? [] : [[row.actionId, rulesOfRow(row)] as const]))),
  }
  if (first.settled) kept.set(roleId, read)
  return read
}

interface Kept extends RulesOfRole {
  version: number
  rows: number
}

/** By role. */
const kept = createRecent<Kept>(KEPT_ROWS, ({ rows }) => rows)

const NO = { allowed: false, condition: null }
const NONE: PermissionRules = { trigger: NO, requireApproval: { allowed: true, condition: null }, approve: NO, selfApprove: NO }

/** SQL: the rules in a row `m` of permissions. */
export const RULE_COLUMNS = `m.trigger, m.trigger_condition as "triggerCondition",
  m.require_approval as "requireApproval", m.require_approval_condition as "requireApprovalCondition",
  m.approve, m.approve_condition as "approveCondition",
  m.self_approve as "selfApprove", m.self_approve_condition as "selfApproveCondition"`

// A transaction that has written something may see rules that never come to be; what it reads is not kept.
const READ = `
select p.policy_version as version, pg_current_xact_id_if_assigned() is null as settled, r.level, m.id, m.action_id as "actionId", ${RULE_COLUMNS}
from roles r join projects p on p.id = r.project_id left join permissions m on m.role_id = r.id
where r.id = $1`

import type { Access, RoleLevel } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'
import { evaluateCondition } from '../domain/condition.ts'
import type { Variables } from '../domain/condition-variables.ts'
import { effectiveRules, judgeRule, type RuleName, type Verdict } from '../domain/permission.ts'
import { accessColumns, accessOf } from './access-row.ts'
import { type ApprovableRun, variablesOf } from './approval-run.ts'
import type { Sql } from './database.ts'
import { rulesOfRole } from './permissions.ts'

/** What a member may do with the approval of a run. */
export interface MayApprove {
  /** The rule `approve` holds. */
  approve: boolean
  /** The rule `selfApprove` holds. */
  selfApprove: boolean
  level: RoleLevel
  /** UUID. */
  roleId: string
  roleName: string
}

/** Reads the rights of a user or token (UUID); null for who has none. */
export type ReadAccess = (projectId: string, who: Pick<Actor, 'kind' | 'id'>) => Promise<Access | null>

/** `accessNow`, each of them read once: for a transaction that judges many runs and changes no rights itself. */
export function accessOnce(sql: Sql): ReadAccess {
  const known = new Map<string, Promise<Access | null>>()
  return (projectId, who) => {
    const key = `${projectId} ${who.kind} ${who.id}`
    const access = known.get(key) ?? accessNow(sql, projectId, who)
    known.set(key, access)
    return access
  }
}

/**
 * The rights of a user or token (UUID) as they are now. Null: there is no such member or token, it is disabled or revoked, or acts for
 * somebody who is. A token that expired has done so since: what was asked for in time is sent (ADR 0030). Nobody but users and tokens has rights
 * that could be read.
 */
export async function accessNow(sql: Sql, projectId: string, who: Pick<Actor, 'kind' | 'id'>): Promise<Access | null> {
  if (who.id === null || who.kind === 'SYSTEM') return null
  const statement = who.kind === 'USER' ? { name: 'access-of-member', text: OF_MEMBER } : { name: 'access-of-token', text: OF_TOKEN }
  const { rows } = await sql.query<Access>({ ...statement, values: [projectId, who.id] })
  return rows[0] ? accessOf(rows[0]) : null
}

/** Whether who asked for the run may still run it, as it would be sent. What the system made needs nobody's leave. */
export async function mayTriggerNow(sql: Sql, run: ApprovableRun, readAccess: ReadAccess): Promise<boolean> {
  if (run.actorKind === 'SYSTEM') return true
  const access = await readAccess(run.projectId, { kind: run.actorKind, id: run.actorId })
  if (!access || !mayOperate(access)) return false
  const { trigger } = await judgeRules(sql, access, run.actionId, ['trigger'], async () => variablesOf(run))
  return trigger.holds
}

/**
 * Whether the role of who asked for a run demands an approval, for runs that the system makes in someone's name. False for who has no rights
 * any more: the gate ends what they asked for.
 */
export async function requiresApprovalNow(sql: Sql, run: ApprovableRun, readAccess: ReadAccess): Promise<boolean> {
  if (run.actorKind === 'SYSTEM') return false
  const access = await readAccess(run.projectId, { kind: run.actorKind, id: run.actorId })
  if (!access) return false
  const { requireApproval } = await judgeRules(sql, access, run.actionId, ['requireApproval'], async () => variablesOf(run))
  return requireApproval.holds
}

/** What someone may do with approvals of an action, under rights that were read already; `read` as for `judgeRules`. Only people approve. */
export async function rightsToApprove(
  sql: Sql,
  access: Access | null,
  actionId: string,
  read: (conditions: readonly string[]) => Promise<Variables | undefined>,
): Promise<MayApprove | null> {
  if (!access?.roleId) return null
  const { level, roleId, roleName } = access
  const { approve, selfApprove } = await judgeRules(sql, access, actionId, ['approve', 'selfApprove'], read)
  return { approve: approve.holds, selfApprove: selfApprove.holds, level, roleId, roleName }
}

/** Whether a token's scopes let it run things; whether its role lets it is said by the rules. */
export const mayOperate = ({ scopes }: Pick<Access, 'scopes'>): boolean => scopes === null || scopes.includes('OPERATE')

/**
 * What the rules of a role say of a run of the action (UUID; null: a request of its own). `read` is asked only where a rule has a condition; a
 * condition about a run that is not there denies.
 */
export async function judgeRules<N extends RuleName>(
  sql: Sql,
  { roleId, level, policyVersion }: Pick<Access, 'roleId' | 'level' | 'policyVersion'>,
  actionId: string | null,
  names: readonly N[],
  read: (conditions: readonly string[]) => Promise<Variables | undefined>,
): Promise<Record<N, Verdict>> {
  const all = roleId === null ? { level, others: null, byAction: new Map() } : await rulesOfRole(sql, roleId, policyVersion)
  const { rules } = effectiveRules(all, actionId)
  const conditions = names.flatMap((name) => (rules[name].allowed && rules[name].condition !== null ? [rules[name].condition] : []))
  const variables = conditions.length > 0 ? await read(conditions) : undefined
  const judge = (condition: string) => (variables ? evaluateCondition(condition, variables) : { error: 'There is no such action.' })
  return Object.fromEntries(names.map((name) => [name, judgeRule(name, rules[name], judge)])) as Record<N, Verdict>
}

const OF_MEMBER = `
select ${accessColumns('m.user_id')}
from memberships m
join roles r on r.id = m.role_id
join projects p on p.id = m.project_id
cross join (select null::text[] as scopes) t
where m.project_id = $1 and m.user_id = $2 and m.disabled_at is null`

const OF_TOKEN = `
select ${accessColumns('t.on_behalf_of')}
from api_tokens t
join roles r on r.id = t.role_id
join projects p on p.id = t.project_id
where t.project_id = $1 and t.id = $2 and t.revoked_at is null
  and (t.on_behalf_of is null or exists (
    select from memberships m where m.project_id = t.project_id and m.user_id = t.on_behalf_of and m.disabled_at is null))`

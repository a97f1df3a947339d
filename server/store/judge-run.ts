import type { Access, RoleLevel } from '../domain/access.ts'
import type { Actor } from '../domain/actor.ts'
import { evaluateCondition } from '../domain/condition.ts'
import type { Variables } from '../domain/condition-variables.ts'
import { effectiveRules, judgeRule, type RuleName, type Verdict } from '../domain/permission.ts'
import { recordOf } from '../domain/record.ts'
import { accessColumns, accessOf } from './access-row.ts'
import type { Sql } from './database.ts'
import { rulesOfRole } from './permissions.ts'
import { readVariables } from './run-variables.ts'

/** A stored run whose rights are judged again. */
export interface GuardedRun {
  projectId: string
  actorKind: Actor['kind']
  actorId: string | null
  actionId: string
  recordType: string | null
  recordId: string | null
  /** Its own body; null: the action's. */
  input: string | null
}

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

/**
 * The rights of a user or token (UUID) as they are now. Null: there is no such member or token, it is disabled, revoked or expired, or acts for
 * somebody who is. Nobody but users and tokens has rights that could be read.
 */
export async function accessNow(sql: Sql, projectId: string, who: Pick<Actor, 'kind' | 'id'>): Promise<Access | null> {
  if (who.id === null || who.kind === 'SYSTEM') return null
  const statement = who.kind === 'USER' ? { name: 'access-of-member', text: OF_MEMBER } : { name: 'access-of-token', text: OF_TOKEN }
  const { rows } = await sql.query<Access>({ ...statement, values: [projectId, who.id] })
  return rows[0] ? accessOf(rows[0]) : null
}

/** Whether who asked for the run may still run it. What the system made needs nobody's leave. */
export async function mayTriggerNow(sql: Sql, run: GuardedRun): Promise<boolean> {
  if (run.actorKind === 'SYSTEM') return true
  const who = { kind: run.actorKind, id: run.actorId }
  const access = await accessNow(sql, run.projectId, who)
  if (!access || !mayOperate(access)) return false
  const { trigger } = await judgeRules(sql, access, run.actionId, ['trigger'], (conditions) =>
    readVariables(sql, { ...who, personId: access.personId, roleName: access.roleName }, { ...run, record: recordOf(run) }, conditions),
  )
  return trigger.holds
}

/** What the person (UUID) may do with the approval of the run now; null: no member, or disabled. Only people approve. */
export async function mayApprove(
  sql: Sql,
  projectId: string,
  userId: string,
  run: Pick<GuardedRun, 'actionId' | 'recordType' | 'recordId' | 'input'>,
): Promise<MayApprove | null> {
  const who = { kind: 'USER', id: userId } as const
  const access = await accessNow(sql, projectId, who)
  return rightsToApprove(sql, access, run.actionId, (conditions) =>
    readVariables(sql, { ...who, roleName: access!.roleName }, { ...run, projectId, record: recordOf(run) }, conditions),
  )
}

/** The same under rights that were read already; `read` as for `judgeRules`. */
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
where t.project_id = $1 and t.id = $2 and t.revoked_at is null and (t.expires_at is null or t.expires_at > clock_timestamp())
  and (t.on_behalf_of is null or exists (
    select from memberships m where m.project_id = t.project_id and m.user_id = t.on_behalf_of and m.disabled_at is null))`

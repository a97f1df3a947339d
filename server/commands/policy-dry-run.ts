import { evaluateCondition, parseCondition } from '../domain/condition.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { effectiveRules } from '../domain/permission.ts'
import { type PermissionRulesInput, parseRules } from '../domain/permission-input.ts'
import { type CandidatePolicy, type DryRunVerdict, dryRun } from '../domain/policy-dry-run.ts'
import { variablesOf } from '../store/approval-run.ts'
import { findRole } from '../store/find-role.ts'
import { rulesOfRole } from '../store/permissions.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'
import { lookAtPastRuns, type PastRunsInput } from './past-runs.ts'

export interface PolicyDryRunInput extends PastRunsInput, Pick<PermissionRulesInput, 'trigger' | 'requireApproval'> {
  /** As if whoever asked for the runs had this role. */
  roleId?: string | null
  /** In place of that of the actions; null: none. Only its condition is of interest here. */
  approval?: { condition?: string | null } | null
}

/** What it would have said of the runs it looked at. */
export interface PolicyDryRun {
  looked: number
  allowed: number
  held: number
  refused: number
  /** Retries, missed runs and, unless an approval policy is tried, what schedules made. */
  skipped: number
  /** It looked at all that was asked for. */
  complete: boolean
  /** Newest first. */
  runs: (DryRunVerdict & { invocationId: string })[]
}

/**
 * Tries a policy on the newest runs: which of them it would have allowed, held for approval or refused. With an action, its rules are tried for
 * that action only, else for every one that has no permission of its own. Standing grants are not looked at.
 * @throws DocketError FORBIDDEN; NOT_FOUND on `roleId` or `actionId`; INVALID_CONDITION; BAD_USER_INPUT on `last`, or when there is nothing to try
 */
export async function policyDryRun(ctx: CommandContext, input: PolicyDryRunInput): Promise<PolicyDryRun> {
  authorize(ctx, 'READ')
  authorize(ctx, 'MANAGE')
  const candidate = await candidateOf(ctx, input)
  const result: PolicyDryRun = { looked: 0, allowed: 0, held: 0, refused: 0, skipped: 0, complete: false, runs: [] }
  result.complete = await lookAtPastRuns(ctx, input, (run) => {
    result.looked++
    const variables = variablesOf(run)
    const role = candidate.role && run.actorKind !== 'SYSTEM' ? candidate.role.name : variables.actor.role
    const judged = dryRun(candidate, { ...run, approval: run.policy, scheduled: run.actorKind === 'SYSTEM' }, (condition) =>
      evaluateCondition(condition, { ...variables, actor: { ...variables.actor, role } }),
    )
    if (!judged) result.skipped++
    else {
      result[COUNTED[judged.verdict]]++
      result.runs.push({ ...judged, invocationId: run.id })
    }
  })
  return result
}

const COUNTED = { ALLOWED: 'allowed', HELD: 'held', REFUSED: 'refused' } as const

async function candidateOf({ db, projectId }: CommandContext, input: PolicyDryRunInput): Promise<CandidatePolicy> {
  const { approval } = input
  const policy = approval && { condition: parseCondition(approval.condition, 'approval.condition') }
  if (input.roleId == null) {
    if (approval === undefined)
      throw new DocketError('BAD_USER_INPUT', 'Name a role whose rules are to be tried, or give an approval policy.', 'roleId')
    return { role: null, approval: policy }
  }
  const roleId = internalId('role', input.roleId, 'roleId')
  const role = await findRole(db.pool, projectId, roleId)
  if (!role) throw notFound('Role', 'roleId')
  const { policyVersion } = await db.prisma.project.findUniqueOrThrow({ where: { id: projectId }, select: { policyVersion: true } })
  const current = await rulesOfRole(db.pool, roleId, policyVersion)
  const actionId = input.actionId == null ? null : internalId('action', input.actionId, 'actionId')
  const { trigger, requireApproval } = input
  const rules = parseRules({ trigger, requireApproval }, effectiveRules(current, actionId).rules)
  const tried = actionId === null ? { ...current, others: rules } : { ...current, byAction: new Map(current.byAction).set(actionId, rules) }
  return { role: { name: role.spec.name, rules: tried }, approval: policy }
}

import { effectiveRules, type Judged, judgeRule, quoted, type RulesOfRole } from './permission.ts'

export type PolicyVerdict = 'ALLOWED' | 'HELD' | 'REFUSED'

/** A policy that is tried on runs of the past. */
export interface CandidatePolicy {
  /** As if whoever asked for a run had this role; null: no role is asked. */
  role: { name: string; rules: RulesOfRole } | null
  /** In place of the approval policy of the action; undefined: as it is; null: none. */
  approval?: { condition: string | null } | null | undefined
}

/** A run of the past, as far as a policy is about it. */
export interface PastRun {
  /** UUID. */
  actionId: string
  /** Nobody asked for it: its schedule made it. */
  scheduled: boolean
  /** It repeats another run. */
  retry: boolean
  /** It never was to be sent. */
  missed: boolean
  /** The approval policy of its action as it is now. */
  approval: { condition: string | null } | null
}

export interface DryRunVerdict {
  verdict: PolicyVerdict
  /** A sentence; null where nothing had to be asked. */
  reason: string | null
}

/**
 * What the policy would have said of a run. Null for one that it would not have been asked about: a retry (its first run was), one that was
 * missed, and a scheduled one unless an approval policy is tried, because no role is asked for what a schedule makes.
 * @param judge evaluates a condition on the run; must not throw
 */
export function dryRun(candidate: CandidatePolicy, run: PastRun, judge: (condition: string) => Judged): DryRunVerdict | null {
  if (run.retry || run.missed || (run.scheduled && candidate.approval === undefined)) return null
  let reason: string | null = null
  if (candidate.role && !run.scheduled) {
    const { name, rules: all } = candidate.role
    const { rules } = effectiveRules(all, run.actionId)
    const trigger = judgeRule('trigger', rules.trigger, judge)
    if (!trigger.holds) return { verdict: 'REFUSED', reason: trigger.reason ?? `The role ${name} may not run this action.` }
    const required = judgeRule('requireApproval', rules.requireApproval, judge)
    if (required.holds) return { verdict: 'HELD', reason: required.reason ?? `The role ${name} needs an approval for this action.` }
    reason = required.reason ?? trigger.reason
  }
  const approval = candidate.approval === undefined ? run.approval : candidate.approval
  if (!approval) return { verdict: 'ALLOWED', reason }
  if (approval.condition === null) return { verdict: 'HELD', reason: 'The approval policy is for every run.' }
  const judged = judge(approval.condition)
  if ('error' in judged)
    return { verdict: 'HELD', reason: `The condition ${quoted(approval.condition)} of the approval policy failed: ${judged.error}` }
  const sentence = `The condition ${quoted(approval.condition)} of the approval policy is ${judged.value}.`
  return { verdict: judged.value ? 'HELD' : 'ALLOWED', reason: sentence }
}

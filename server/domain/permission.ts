import { type RoleLevel, reaches } from './access.ts'

/** One thing a role may do with an action: never, always, or when the condition (CEL) is true. */
export interface PermissionRule {
  allowed: boolean
  /** Null: always. Nothing is asked while `allowed` is false. */
  condition: string | null
}

export const RULE_NAMES = ['trigger', 'requireApproval', 'approve', 'selfApprove'] as const
export type RuleName = (typeof RULE_NAMES)[number]

/** What a role may do with an action. */
export type PermissionRules = Readonly<Record<RuleName, PermissionRule>>

/** The rules of a role: by the UUID of an action, and those for every other action; null where none were set. */
export interface RulesOfRole {
  level: RoleLevel
  others: PermissionRules | null
  byAction: ReadonlyMap<string, PermissionRules>
}

/** What holds while nobody has set anything. */
export function defaultRules(level: RoleLevel): PermissionRules {
  return {
    trigger: { allowed: reaches(level, 'OPERATOR'), condition: null },
    requireApproval: { allowed: false, condition: null },
    approve: { allowed: reaches(level, 'MANAGER'), condition: null },
    selfApprove: { allowed: false, condition: null },
  }
}

/** The rules that hold for an action (UUID; null: for those without rules of their own). `inherited`: they were not set for it. */
export function effectiveRules(
  { level, others, byAction }: RulesOfRole,
  actionId: string | null,
): { rules: PermissionRules; inherited: boolean } {
  const own = actionId === null ? others : byAction.get(actionId)
  return own ? { rules: own, inherited: false } : { rules: others ?? defaultRules(level), inherited: true }
}

/** What a condition came to. `error`: it could not be said. */
export type Judged = { value: boolean } | { error: string }

export interface Verdict {
  /** Of the rule: whether the role may, or for requireApproval whether it must ask. */
  holds: boolean
  /** A sentence; null where there was nothing to be asked. */
  reason: string | null
}

/**
 * What a rule says. A condition that cannot be evaluated denies: it refuses `trigger`, `approve` and `selfApprove`, and demands an approval.
 * @param judge evaluates a condition; must not throw
 */
export function judgeRule(name: RuleName, { allowed, condition }: PermissionRule, judge: (condition: string) => Judged): Verdict {
  if (!allowed || condition === null) return { holds: allowed, reason: null }
  const judged = judge(condition)
  if ('error' in judged) return { holds: name === 'requireApproval', reason: `The condition ${quoted(condition)} failed: ${judged.error}` }
  return { holds: judged.value, reason: `The condition ${quoted(condition)} is ${judged.value}.` }
}

const QUOTED_CHARACTERS = 120

/** A condition inside a sentence. */
export const quoted = (condition: string): string =>
  `"${condition.length > QUOTED_CHARACTERS ? `${condition.slice(0, QUOTED_CHARACTERS - 1)}…` : condition}"`

import { parseCondition } from './condition.ts'
import { DocketError } from './errors.ts'
import { type PermissionRule, type PermissionRules, RULE_NAMES } from './permission.ts'

export interface PermissionRuleInput {
  allowed: boolean
  /** CEL; absent or blank: always. */
  condition?: string | null
}

/** An absent rule stays as it is. */
export type PermissionRulesInput = { readonly [name in keyof PermissionRules]?: PermissionRuleInput | null }

/** The rules `before` with those of `input`. @throws DocketError INVALID_CONDITION or BAD_USER_INPUT on `<rule>.condition` */
export const parseRules = (input: PermissionRulesInput, before: PermissionRules): PermissionRules =>
  Object.fromEntries(
    RULE_NAMES.map((name) => [name, input[name] ? parseRule(input[name], name) : before[name]]),
  ) as unknown as PermissionRules

function parseRule({ allowed, condition }: PermissionRuleInput, name: string): PermissionRule {
  const parsed = parseCondition(condition, `${name}.condition`)
  if (parsed !== null && !allowed) {
    throw new DocketError('BAD_USER_INPUT', `${name} is not allowed at all; a condition needs allowed: true.`, `${name}.condition`)
  }
  return { allowed, condition: parsed }
}

import type { RulesViewFragment } from '../../../sdk/generated/operations.ts'

/** The four things that a role may or must, for an action. */
export const RULES = ['trigger', 'requireApproval', 'approve', 'selfApprove'] as const
export type RuleName = (typeof RULES)[number]
export type Rule = RulesViewFragment[RuleName]
export type Rules = Readonly<Record<RuleName, Rule>>

export const RULE_WORDS: Readonly<Record<RuleName, { name: string; column: string; words: string }>> = {
  trigger: { name: 'May run it', column: 'Runs', words: 'By hand, again, for the past, at another time, or through an API token.' },
  requireApproval: {
    name: 'Needs an approval',
    column: 'Needs approval',
    words: 'What it runs waits until somebody has agreed, even where the action itself asks for none.',
  },
  approve: { name: 'May approve', column: 'Approves', words: 'Decides about the runs of others. A token never does.' },
  selfApprove: {
    name: 'May approve its own',
    column: 'Approves own',
    words: 'Where the approval policy of the action does not forbid it.',
  },
}

/** A rule in a word: what is allowed under a condition alone is neither a yes nor a no. */
export const ruleWord = ({ allowed, condition }: Rule): 'Yes' | 'If' | 'No' => (allowed ? (condition ? 'If' : 'Yes') : 'No')

/** What is sent of the four rules. A condition of a rule that is off says nothing. */
export function rulesInput(rules: Rules): Record<RuleName, { allowed: boolean; condition: string | null }> {
  const one = ({ allowed, condition }: Rule) => ({ allowed, condition: allowed ? condition?.trim() || null : null })
  return {
    trigger: one(rules.trigger),
    requireApproval: one(rules.requireApproval),
    approve: one(rules.approve),
    selfApprove: one(rules.selfApprove),
  }
}

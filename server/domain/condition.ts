import { type Compiled, type ConditionFault, compileCondition } from './condition-language.ts'
import type { Variables } from './condition-variables.ts'
import { DocketError } from './errors.ts'
import type { Judged } from './permission.ts'
import { createRecent } from './recent.ts'
import { runBounded } from './run-bounded.ts'

/** A condition is a rule, not a program. */
const CONDITION_CHARACTERS = 2_000
/** Beside reading the body, which is done once. A request may wait for a few of them. */
const EVALUATION_MS = 20
/** Each part of a condition without loops and patterns looks at each character of the body once at most: so many looks take a few ms. */
const SHORT_LOOKS = 200_000
/** What loops ran over a body of more than this stays in memory until they run again, unless they are forgotten. */
const KEPT_BODY_CHARACTERS = 16 * 1024
/** Of compiled conditions that are kept: each character stands for some 50 bytes of tree at most. */
const KEPT_CHARACTERS = 500_000

/**
 * A condition as it is stored: trimmed; null for an absent or blank one.
 * @throws DocketError INVALID_CONDITION on `field`, with the position of the mistake
 */
export function parseCondition(value: string | null | undefined, field: string): string | null {
  const text = value?.trim()
  if (value == null || !text) return null
  // As it was written, so that positions are those that the writer sees.
  const fault = faultOf(value)
  if (!fault) return text
  const { message, line, column } = fault
  throw new DocketError('INVALID_CONDITION', `${field}, line ${line}, column ${column}: ${message}`, field, { line, column })
}

/** What is wrong with a condition, and where; null when it may be stored. */
export function faultOf(text: string): ConditionFault | null {
  if (text.length > CONDITION_CHARACTERS) {
    return { message: `A condition has at most ${CONDITION_CHARACTERS} characters.`, line: 1, column: 1 }
  }
  const compiled = compileCondition(text)
  return 'fault' in compiled ? compiled.fault : null
}

/**
 * What a stored condition says. Never throws. Takes at most 20 ms: what can be slow (loops, patterns, large bodies) is broken off then, and
 * everything else is short by its size.
 */
export function evaluateCondition(text: string, variables: Variables): Judged {
  const compiled = compiledOf(text)
  if ('fault' in compiled) return { error: compiled.fault.message }
  const { names, nodes, canBeSlow, run } = compiled
  const characters = names.has('input') ? variables.input.characters : 0
  try {
    const values = celOf(variables, names)
    const evaluate = () => run(values)
    const value = canBeSlow || nodes * characters > SHORT_LOOKS ? runBounded(evaluate, EVALUATION_MS) : evaluate()
    return typeof value === 'boolean' ? { value } : { error: 'It came to something that is neither true nor false.' }
  } catch (error) {
    return { error: sentenceOf(error) }
  } finally {
    if (canBeSlow && characters > KEPT_BODY_CHARACTERS) kept.delete(text)
  }
}

/** What has to be known of a run to evaluate a condition. One that cannot be read needs nothing. */
export function needsOf(text: string): { names: ReadonlySet<string>; namesEmail: boolean } {
  const compiled = compiledOf(text)
  return 'fault' in compiled ? { names: new Set(), namesEmail: false } : compiled
}

const kept = createRecent<Compiled | { fault: ConditionFault }>(KEPT_CHARACTERS, (_, text) => text.length)

function compiledOf(text: string): Compiled | { fault: ConditionFault } {
  const known = kept.get(text)
  if (known) return known
  const compiled = compileCondition(text)
  kept.set(text, compiled)
  return compiled
}

/** The variables that a condition names, as the language sees them. */
const celOf = (variables: Variables, names: ReadonlySet<string>): Record<string, unknown> => ({
  ...(names.has('actor') && { actor: present(variables.actor) }),
  ...(names.has('record') && { record: present(variables.record ?? {}) }),
  ...(names.has('action') && { action: present(variables.action) }),
  ...(names.has('input') && { input: variables.input.value }),
})

/** What is null is missing: `has()` is false, and reading it fails. */
const present = (of: object): object => Object.fromEntries(Object.entries(of).filter(([, value]) => value != null))

function sentenceOf(error: unknown): string {
  const { code, summary, message } = error as { code?: string; summary?: string; message?: string }
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `It took longer than ${EVALUATION_MS} ms.`
  return summary ?? message ?? 'It failed.'
}

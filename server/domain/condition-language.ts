import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { ACTION_FIELDS, ACTOR_FIELDS, RECORD_FIELDS, VARIABLES } from './condition-variables.ts'

/** What is wrong, and where: both from 1. */
export interface ConditionFault {
  message: string
  line: number
  column: number
}

export interface Compiled {
  /** The variables it names. */
  names: ReadonlySet<string>
  /** It may look at `actor.email`. */
  namesEmail: boolean
  /** How many parts it has. */
  nodes: number
  /** It has loops, or searches by patterns. */
  canBeSlow: boolean
  /** @throws when it cannot be evaluated */
  run(variables: Record<string, unknown>): unknown
}

/** 2,000 characters hold at most so many parts of use; nesting deeper than this nobody reads. */
const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 4 }

const LOOPS = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])
/**
 * What a condition may call. Not among them is what makes long values out of short ones (`join`, `cel.bind`), which no deadline stops in the
 * middle, and what has to do with bytes.
 */
const CALLS = new Set([
  ...LOOPS,
  ...['has', 'size', 'type', 'dyn', 'bool', 'int', 'uint', 'double', 'string', 'timestamp', 'duration'],
  ...['contains', 'startsWith', 'endsWith', 'matches', 'indexOf', 'lastIndexOf', 'substring', 'lowerAscii', 'upperAscii', 'trim', 'split'],
  ...['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getHours', 'getMinutes', 'getSeconds'],
])

/** The condition ready to run, or what is wrong with it. Never throws. */
export function compileCondition(text: string): Compiled | { fault: ConditionFault } {
  try {
    const parsed = environment().parse(text)
    const names = new Set<string>()
    let canBeSlow = false
    let nodes = 0
    // Of `actor`: how often it is named, and how often to get at another field than the email.
    let [actors, others] = [0, 0]
    walk(parsed.ast, (node, insideMap) => {
      nodes++
      if (node.op === 'id') names.add(node.args)
      if (node.op === 'id' && node.args === 'actor') actors++
      if (node.op === '.' && node.args[0].op === 'id' && node.args[0].args === 'actor' && node.args[1] !== 'email') others++
      if (node.op === '+' && insideMap) throw fault('A sum is not allowed inside map().', node)
      const call = callOf(node)
      if (call === undefined) return
      if (!CALLS.has(call)) throw fault(`The function ${call} is not available in conditions.`, node)
      canBeSlow ||= LOOPS.has(call) || call === 'matches'
    })
    const { valid, type, error } = parsed.check()
    if (!valid) throw error
    if (type !== 'bool' && type !== 'dyn') throw fault(`A condition must come to true or false, but this comes to ${type}.`, parsed.ast)
    return { names, namesEmail: actors > others, nodes, canBeSlow, run: (variables) => parsed(variables) }
  } catch (error) {
    return { fault: faultIn(text, error) }
  }
}

let made: Environment | undefined

function environment(): Environment {
  made ??= withMixedNumbers(
    new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })
      .registerVariable({ name: 'actor', schema: { ...ACTOR_FIELDS } })
      .registerVariable({ name: 'record', schema: { ...RECORD_FIELDS } })
      .registerVariable({ name: 'action', schema: { ...ACTION_FIELDS } })
      .registerVariable('input', 'dyn'),
  )
  return made
}

/** Numbers of JSON are doubles and whole numbers in a condition are ints: one may reckon with both, as one may compare them. */
function withMixedNumbers(env: Environment): Environment {
  const operations: Record<string, (a: number, b: number) => number> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  }
  for (const [operator, compute] of Object.entries(operations)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b))
    env.registerOperator(`double ${operator} int: double`, mixed)
    env.registerOperator(`int ${operator} double: double`, mixed)
  }
  env.registerOperator('int == double', (a: bigint, b: number) => Number(a) === b)
  for (const [left, right] of ['double int', 'int double', 'double double'].map((pair) => pair.split(' '))) {
    env.registerOperator(`${left} % ${right}: double`, (a: number | bigint, b: number | bigint) => {
      if (Number(b) === 0) throw new Error('modulo by zero')
      return Number(a) % Number(b)
    })
  }
  return env
}

/** Visits every node that was written, outermost first. */
function walk(node: ASTNode, visit: (node: ASTNode, insideMap: boolean) => void, insideMap = false): void {
  visit(node, insideMap)
  const inside = insideMap || callOf(node) === 'map'
  const descend = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(descend)
    else if (typeof part === 'object' && part !== null && 'op' in part) walk(part as ASTNode, visit, inside)
  }
  descend(node.args)
}

const callOf = (node: ASTNode): string | undefined => (node.op === 'call' || node.op === 'rcall' ? node.args[0] : undefined)

const fault = (summary: string, { start }: { start: number }): object => ({ summary, range: { start } })

function faultIn(text: string, error: unknown): ConditionFault {
  const { code, summary, message, range } = error as { code?: string; summary?: string; message?: string; range?: { start: number } }
  const before = text.slice(0, range?.start ?? 0).split('\n')
  return {
    message: sentenceOf(code, summary ?? message ?? 'It cannot be read.'),
    line: before.length,
    column: before.at(-1)!.length + 1,
  }
}

function sentenceOf(code: string | undefined, summary: string): string {
  if (code === 'limit_exceeded') return 'It is too long or too deeply nested.'
  if (code === 'unknown_variable') return `${summary}. There are ${VARIABLES.join(', ')}.`
  return /[.!?]$/.test(summary) ? summary : `${summary}.`
}

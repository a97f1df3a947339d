import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The command line is wrong; the message says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What Node makes of the arguments; no words that belong to no option. @throws UsageError */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) {
  return parse(args, options, false).values
}

/** The same, and the words that belong to no option. @throws UsageError */
export function readWords<const Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options) {
  return parse(args, options, true)
}

function parse<const Options extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: Options, words: boolean) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: words, strict: true })
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (!code?.startsWith('ERR_PARSE_ARGS_')) throw error
    throw new UsageError(sentenceOf(message, Object.keys(options)))
  }
}

/** Node's own advice is about its parser; what helps is which options there are. */
function sentenceOf(message: string, names: readonly string[]): string {
  const [, unknown] = /^Unknown option '([^']+)'/.exec(message) ?? []
  if (unknown !== undefined) return `There is no option ${unknown}; there are ${names.map((name) => `--${name}`).join(', ')}.`
  const [, extra] = /^Unexpected argument '([^']*)'/.exec(message) ?? []
  if (extra !== undefined) return `"${extra}" belongs to no option.`
  return message.replace(/\n[\s\S]*/, '')
}

/** RFC 3339 with an offset, or a date alone for its midnight in UTC. Epoch ms. @throws UsageError */
export function readInstant(text: string, option: string): number {
  const date = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text
  const at = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)$/.test(date) ? Date.parse(date.toUpperCase()) : Number.NaN
  // Date.parse takes the 30th of February for a day in March.
  if (Number.isNaN(at) || Number(date.slice(8, 10)) > new Date(Date.UTC(+date.slice(0, 4), +date.slice(5, 7), 0)).getUTCDate()) {
    throw new UsageError(`${option} must be an existing time such as 2026-01-01T00:00:00Z, or a date such as 2026-01-01, not "${text}".`)
  }
  return at
}

/** @throws UsageError */
export function readNumber(text: string, option: string, least: number, most: number, whole = true): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
    throw new UsageError(`${option} must be a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

import { DocketError } from './errors.ts'

/** The five fields of an expression as typed, after the grammar has accepted each of them. */
export interface CronText {
  /** As stored and shown: outer blanks removed, single blanks between fields, nicknames in lower case. */
  expression: string
  minute: string
  hour: string
  dayOfMonth: string
  month: string
  dayOfWeek: string
}

/** Longer texts are refused unread, so that no input can be slow; the longest useful ones (minute lists) stay below 200. */
const EXPRESSION_MAX_CHARS = 256

const NICKNAMES: Record<string, string> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

interface FieldRule {
  name: string
  min: number
  max: number
  names: readonly string[]
  /** Value of names[0]. */
  firstName: number
  /** Forms only this field knows; each gives the reason why the token is refused, or undefined when it is fine. */
  special?: (token: string) => string | undefined | false
}

const FIELDS: readonly FieldRule[] = [
  { name: 'minute', min: 0, max: 59, names: [], firstName: 0 },
  { name: 'hour', min: 0, max: 23, names: [], firstName: 0 },
  { name: 'day of month', min: 1, max: 31, names: [], firstName: 0, special: specialDayOfMonth },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
    firstName: 1,
  },
  {
    name: 'day of week',
    min: 0,
    max: 7,
    names: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'],
    firstName: 0,
    special: specialDayOfWeek,
  },
]

/**
 * Splits an expression or nickname into its five fields and refuses everything the grammar does not know.
 * Stricter than the parser behind it, which would wrap `22-2` and take a step of 60 minutes for once an hour.
 * @throws DocketError INVALID_CRON naming the cron field at fault; `at` is the input field to report.
 */
export function readCronText(text: string, at: string): CronText {
  const refuse = (reason: string) => new DocketError('INVALID_CRON', reason, at)
  if (typeof text !== 'string') throw refuse('A cron expression is a text of five fields, for example "30 2 * * *".')
  if (text.length > EXPRESSION_MAX_CHARS) throw refuse(`A cron expression has at most ${EXPRESSION_MAX_CHARS} characters.`)
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '')
  if (trimmed.startsWith('@')) return readNickname(trimmed, refuse)
  if (/^(CRON_)?TZ=/i.test(trimmed)) throw refuse('The zone does not belong in the cron expression; name it in the timezone field.')
  const unknown = /[^A-Za-z0-9 \t*,/\-#?]/u.exec(trimmed)
  if (unknown) throw refuse(`A cron expression has letters, digits, blanks and * , - / # ? only; ${quote(unknown[0])} is none of them.`)
  const fields = trimmed === '' ? [] : trimmed.split(/[ \t]+/)
  if (fields.length !== 5) throw refuse(fieldCount(fields.length))
  for (const [index, field] of fields.entries()) {
    const reason = fault(FIELDS[index]!, field)
    if (reason) throw refuse(`In the ${FIELDS[index]!.name} field, ${reason}`)
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields as [string, string, string, string, string]
  if (dayOfMonth === '?' && dayOfWeek === '?') throw refuse('Only one of day of month and day of week may be "?"; write "*" for the other.')
  return { expression: fields.join(' '), minute, hour, dayOfMonth, month, dayOfWeek }
}

function readNickname(text: string, refuse: (reason: string) => DocketError): CronText {
  const nickname = text.toLowerCase()
  const meaning = Object.hasOwn(NICKNAMES, nickname) ? NICKNAMES[nickname] : undefined
  if (!meaning) throw refuse(`${quote(text)} is not a known nickname; use one of ${Object.keys(NICKNAMES).join(', ')}.`)
  return { ...readCronText(meaning, ''), expression: nickname }
}

function fieldCount(count: number): string {
  const cadence = count === 6 ? ' Seconds are not supported: once a minute is the shortest cadence.' : ''
  return `A cron expression has five fields (minute, hour, day of month, month, day of week); this one has ${count}.${cadence}`
}

/** Why the field is refused, as the rest of a sentence; undefined when every token of its list is fine. */
function fault(rule: FieldRule, field: string): string | undefined {
  if (field === '?') return rule.special ? undefined : '"?" is for the two day fields only; write "*".'
  for (const token of field.split(',')) {
    const reason = tokenFault(rule, token)
    if (reason) return reason
  }
  return undefined
}

function tokenFault(rule: FieldRule, token: string): string | undefined {
  if (token === '') return 'a comma needs a value on both sides.'
  const special = rule.special?.(token.toUpperCase())
  if (special !== undefined) return special || undefined
  const parts = /^([^/-]+)(?:-([^/-]+))?(?:\/([^/-]+))?$/.exec(token)
  if (!parts) return `${quote(token)} is not understood; write a value, a range a-b, or a step */n, a/n or a-b/n.`
  const [, first, last, step] = parts as unknown as [string, string, string | undefined, string | undefined]
  const ends = last === undefined ? [first] : [first, last]
  for (const end of ends) {
    if (end === '*' && last === undefined) continue
    if (fieldValue(rule, end) === undefined) return `${quote(end)} is not a value here; ${allowed(rule)}.`
  }
  if (last !== undefined && fieldValue(rule, first)! > fieldValue(rule, last)!) {
    return `the range ${quote(`${first}-${last}`)} runs backwards; write ${first}-${rule.max},${rule.min}-${last}.`
  }
  if (step !== undefined && !(/^\d{1,2}$/.test(step) && Number(step) >= 1 && Number(step) <= rule.max)) {
    return `the step ${quote(step)} does not fit the field; a step is a whole number from 1 to ${rule.max}.`
  }
  return undefined
}

/** `L`, `L-n`, `nW`, `LW`. `false`: a good special form; undefined: not a special form at all. */
function specialDayOfMonth(token: string): string | undefined | false {
  if (!/[LW]/.test(token)) return undefined
  const parts = /^(?:L|LW|L-(\d{1,2})|(\d{1,2})W)$/.exec(token)
  if (!parts) return `${quote(token)} is not understood; write L, L-n, LW or nW, for example "15W".`
  if (parts[1] && !(Number(parts[1]) >= 1 && Number(parts[1]) <= 30)) return 'L-n counts back 1 to 30 days from the last day.'
  if (parts[2] && !(Number(parts[2]) >= 1 && Number(parts[2]) <= 31)) return 'nW names the weekday nearest to a day from 1 to 31.'
  return false
}

/** `nL` and `n#k`, with day names too. Answers as specialDayOfMonth does. */
function specialDayOfWeek(token: string): string | undefined | false {
  if (!/#|L$/.test(token)) return undefined
  if (/^([0-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])$/.test(token)) return false
  return `${quote(token)} is not understood; write nL for the last or n#k for the k-th of the month (k from 1 to 5), for example "5L" or "5#3".`
}

function fieldValue(rule: FieldRule, text: string): number | undefined {
  if (/^\d{1,2}$/.test(text)) {
    const value = Number(text)
    return value >= rule.min && value <= rule.max ? value : undefined
  }
  const index = rule.names.indexOf(text.toUpperCase())
  return index < 0 ? undefined : index + rule.firstName
}

function allowed(rule: FieldRule): string {
  const names = rule.names.length > 0 ? ` or ${rule.names[0]} to ${rule.names.at(-1)}` : ''
  return `allowed are ${rule.min} to ${rule.max}${names}`
}

/** A piece of the input, made safe to show: control characters escaped, cut at 40 characters. */
const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

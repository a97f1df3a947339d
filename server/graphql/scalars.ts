import { type ValueNode, valueFromASTUntyped } from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { builder } from './builder.ts'

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/
/** Deeper JSON than any real body; code that walks it may recurse. */
const JSON_DEPTH_MAX = 100

/**
 * The instant that an RFC 3339 text with `Z` or an offset names, years 1970 to 9999.
 * Kept to the millisecond; a smaller part is rounded up, so that nothing fires early.
 * @throws DocketError BAD_USER_INPUT for any other text, for dates that no calendar has, and for leap seconds.
 */
export function parseDateTime(value: unknown): Date {
  const parts = typeof value === 'string' ? RFC_3339.exec(value) : null
  const instant = parts && instantOf(parts)
  if (!instant || instant.getUTCFullYear() < 1970 || instant.getUTCFullYear() > 9999) {
    throw new DocketError('BAD_USER_INPUT', 'Expected an existing time in RFC 3339 with an offset, such as "2030-01-31T09:00:00+01:00".')
  }
  return instant
}

function instantOf(parts: RegExpExecArray): Date | undefined {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number]
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  // Date rolls over what does not exist (30 February, hour 24, second 60): what comes out must be what went in.
  const same = local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day
  if (!same || local.getUTCHours() !== hour || local.getUTCMinutes() !== minute || local.getUTCSeconds() !== second) return undefined
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(parts[8]!) ?? ['', '+', '00', '00']
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
  return new Date(local.getTime() - offset + Math.ceil(Number(`0.${parts[7] ?? 0}`) * 1000))
}

/**
 * A time that may be local, as text: what it names, its schedule decides.
 * @throws DocketError BAD_USER_INPUT for anything but a text
 */
export function parseScheduledTime(value: unknown): string {
  if (typeof value === 'string') return value
  throw new DocketError('BAD_USER_INPUT', 'Expected a time as a text, such as "2030-01-31T09:00:00+01:00".')
}

/** Any JSON value as it came. @throws DocketError BAD_USER_INPUT when it is nested deeper than 100 levels. */
export function parseJson(value: unknown): unknown {
  let level = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > JSON_DEPTH_MAX) throw new DocketError('BAD_USER_INPUT', `JSON must not be nested deeper than ${JSON_DEPTH_MAX} levels.`)
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []))
  }
  return value
}

builder.scalarType('DateTime', {
  serialize: (value) => new Date(value).toISOString(),
  parseValue: parseDateTime,
})

builder.scalarType('ScheduledTime', {
  description: 'RFC 3339 with an offset; or, beside a `timezone`, a local time without one, such as `2030-01-31T09:00`.',
  serialize: (value) => value,
  parseValue: parseScheduledTime,
})

builder.scalarType('JSON', {
  serialize: (value) => value,
  parseValue: parseJson,
  parseLiteral: (node: ValueNode, variables) => parseJson(valueFromASTUntyped(node, variables)),
})

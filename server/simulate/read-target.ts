import { DocketError } from '../domain/errors.ts'
import type { TargetModel } from './target.ts'

/** As people write it: in an actions file and as options of the command line. */
export interface TargetInput {
  /** `200ms`, `1.5s`, `2m`, or a range such as `100ms..2s` from which each attempt takes some time. */
  duration?: unknown
  /** From 0 to 1. */
  failureRate?: unknown
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }
const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/

/**
 * What is given of a target; what is absent stays out.
 * @param at before the names of the fields, such as `simulate.`
 * @throws DocketError BAD_USER_INPUT
 */
export function readTarget({ duration, failureRate }: TargetInput, at = ''): Partial<TargetModel> {
  return {
    ...(duration == null ? {} : { durationMs: readRange(duration, `${at}duration`) }),
    ...(failureRate == null ? {} : { failureRate: readRate(failureRate, `${at}failureRate`) }),
  }
}

function readRange(value: unknown, field: string): readonly [number, number] {
  const ends = typeof value === 'string' ? value.split('..') : []
  const [least, most = least] = ends.map(readDuration)
  if (ends.length > 2 || least === undefined || most === undefined || least > most) {
    throw new DocketError(
      'BAD_USER_INPUT',
      'duration must be a time such as "200ms", "1.5s" or "2m", or a rising range such as "100ms..2s".',
      field,
    )
  }
  return [least, most]
}

function readDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text.trim()) ?? []
  return count === undefined ? undefined : Math.round(Number(count) * UNIT_MS[unit!]!)
}

function readRate(value: unknown, field: string): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new DocketError('BAD_USER_INPUT', 'failureRate must be a number from 0 (never) to 1 (always).', field)
  }
  return value
}

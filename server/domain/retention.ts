import { type FinalStatus, isFinal, STATUSES } from './lifecycle.ts'

/** For how many days an invocation is kept after it has ended so. */
export type RetentionDays = Readonly<Record<FinalStatus, number>>

export const DEFAULT_RETENTION_DAYS = 90
/** A hundred years. */
const DAYS_MAX = 36_500
const DAY_MS = 86_400_000

const FINAL = STATUSES.filter(isFinal)

/** The same for all. */
export const keepAll = (days: number): RetentionDays => ({ SUCCEEDED: days, FAILED: days, CANCELLED: days, MISSED: days })

/**
 * Reads `90`, or `90,FAILED=365,MISSED=30`: a number for all final states, and others for some of them. Without a number for all it is 90.
 * Gives what would be right, as a part of a sentence, for anything else.
 */
export function parseRetentionDays(text: string): RetentionDays | { expected: string } {
  const days: Partial<Record<FinalStatus | 'all', number>> = {}
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [, name, number = ''] = /^(?:([^=]*?)\s*=\s*)?([^=]*)$/.exec(entry) ?? []
    const status = name === undefined ? 'all' : FINAL.find((known) => known === name)
    if (!status) return { expected: `each name to be one of ${FINAL.join(', ')}, which ${JSON.stringify(name)} is not` }
    if (!/^\d{1,5}$/.test(number) || Number(number) < 1 || Number(number) > DAYS_MAX) {
      return { expected: `whole numbers of days from 1 to ${DAYS_MAX}, such as 90 or 90,FAILED=365,MISSED=30` }
    }
    if (days[status] !== undefined) return { expected: `${status === 'all' ? 'one number for all states' : `${status} once`}` }
    days[status] = Number(number)
  }
  const { all = DEFAULT_RETENTION_DAYS, ...some } = days
  return { ...keepAll(all), ...some }
}

/** Epoch ms: what ended before goes, by its status; `all` is the earliest, for what belongs to no single invocation. */
export interface Cutoffs extends Readonly<Record<FinalStatus, number>> {
  all: number
}

export function cutoffsAt(now: number, days: RetentionDays): Cutoffs {
  const before = (count: number) => now - count * DAY_MS
  return {
    SUCCEEDED: before(days.SUCCEEDED),
    FAILED: before(days.FAILED),
    CANCELLED: before(days.CANCELLED),
    MISSED: before(days.MISSED),
    all: before(Math.max(...FINAL.map((status) => days[status]))),
  }
}

/** Ids hold the time at which they were made, by the clock of the server that made them; it may have been off by this much. */
const CLOCK_OFF_MS = DAY_MS

/** Every id that was made before `at` (epoch ms) is smaller than this UUID. */
export function idsMadeBefore(at: number): string {
  const hex = Math.max(0, Math.round(at + CLOCK_OFF_MS))
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

/** The latest of the cutoffs: nothing that was made after it can have expired. */
export const latestCutoff = (cutoffs: Cutoffs): number => Math.max(...FINAL.map((status) => cutoffs[status]))

import type {
  CalendarRule,
  CatchUp,
  DstPolicy,
  OverlapPolicy,
  ScheduleInput,
  ScheduleViewFragment,
} from '../../../../sdk/generated/operations.ts'
import { localIn, rfc3339In } from '../../schedule/local-time.ts'
import type { Rhythm } from '../../schedule/presets.ts'
import { readRhythm, rhythmInput, USUAL } from '../../schedule/presets.ts'

export type When = 'now' | 'demand' | 'once' | 'recurring'

/** When it runs, as the controls of the form hold it. Local times are those of `timezone`; an empty text is none. */
export interface ScheduleDraft {
  when: When
  onceAt: string
  rhythm: Rhythm
  timezone: string
  startAt: string
  endAt: string
  dstPolicy: DstPolicy
  spreadSeconds: string
  calendarId: string
  calendarRule: CalendarRule
}

/** What happens when runs meet, are late, or are enough. */
export interface RunPolicyDraft {
  overlapPolicy: OverlapPolicy
  catchUp: CatchUp
  catchUpWindowSeconds: string
  maxRuns: string
  deleteAfterCompletion: boolean
}

const HOUR_MS = 60 * 60 * 1000
const MINUTE_MS = 60_000

/** Every day at nine in `zone`, since a schedule is what most come for. `now` is epoch ms. */
export const emptySchedule = (zone: string, now: number): ScheduleDraft => ({
  when: 'recurring',
  onceAt: localIn(zone, Math.floor((now + HOUR_MS) / MINUTE_MS) * MINUTE_MS),
  rhythm: USUAL,
  timezone: zone,
  startAt: '',
  endAt: '',
  dstPolicy: 'ONCE',
  spreadSeconds: '0',
  calendarId: '',
  calendarRule: 'SKIP',
})

/** As the server has them when nobody says. */
export const EMPTY_RUN_POLICIES: RunPolicyDraft = {
  overlapPolicy: 'SKIP',
  catchUp: 'LATEST',
  catchUpWindowSeconds: '300',
  maxRuns: '',
  deleteAfterCompletion: false,
}

/** The controls for a schedule that is there already. `zone` is for one that names none. */
export function scheduleDraftOf(schedule: ScheduleViewFragment, zone: string, now: number): ScheduleDraft {
  const timezone = schedule.timezone ?? zone
  const empty = emptySchedule(timezone, now)
  const local = (at: string | null) => (at === null ? '' : localIn(timezone, Date.parse(at)))
  return {
    when: schedule.scheduledAt ? 'once' : 'recurring',
    onceAt: local(schedule.scheduledAt) || empty.onceAt,
    rhythm: schedule.scheduledAt ? empty.rhythm : readRhythm(schedule),
    timezone,
    startAt: local(schedule.startAt),
    endAt: local(schedule.endAt),
    dstPolicy: schedule.dstPolicy,
    spreadSeconds: String(schedule.spreadSeconds),
    calendarId: schedule.calendar?.id ?? '',
    calendarRule: schedule.calendarRule ?? 'SKIP',
  }
}

/** The schedule of a draft as the API takes it, with nothing in it that stands at its default; null for none. */
export function scheduleInput(draft: ScheduleDraft): ScheduleInput | null {
  const { when, timezone, rhythm } = draft
  if (when === 'once') return draft.onceAt ? { scheduledAt: rfc3339In(timezone, draft.onceAt), timezone } : null
  if (when !== 'recurring') return null
  const startAt = rfc3339In(timezone, draft.startAt)
  const endAt = rfc3339In(timezone, draft.endAt)
  return {
    ...rhythmInput(rhythm),
    timezone,
    ...(startAt ? { startAt } : {}),
    ...(endAt ? { endAt } : {}),
    ...(namesLocalTimes(draft) && draft.dstPolicy !== 'ONCE' ? { dstPolicy: draft.dstPolicy } : {}),
    ...(draft.spreadSeconds === '0' ? {} : { spreadSeconds: Number(draft.spreadSeconds) }),
    ...(draft.calendarId ? { calendarId: draft.calendarId, calendarRule: draft.calendarRule } : {}),
  }
}

/** Whether the clocks can skip or repeat a time of it: an interval has a run for each of its lengths, whatever they do. */
export const namesLocalTimes = ({ when, rhythm }: Pick<ScheduleDraft, 'when' | 'rhythm'>): boolean =>
  when === 'recurring' && rhythm.preset !== 'interval'

/** Whether a run may be made up for, so that it matters how late. */
export const catchesUp = ({ when, catchUp }: Pick<ScheduleDraft & RunPolicyDraft, 'when' | 'catchUp'>): boolean =>
  when === 'recurring' && catchUp !== 'NONE'

/** The run policies as the API takes them; those that mean nothing for this kind of schedule are put back. */
export function runPolicyInput(draft: RunPolicyDraft & Pick<ScheduleDraft, 'when'>) {
  const recurring = draft.when === 'recurring'
  return {
    overlapPolicy: recurring ? draft.overlapPolicy : null,
    catchUp: recurring ? draft.catchUp : null,
    catchUpWindowSeconds: catchesUp(draft) ? Number(draft.catchUpWindowSeconds) : null,
    maxRuns: recurring && draft.maxRuns.trim() ? wholeNumber(draft.maxRuns) : null,
    deleteAfterCompletion: draft.when === 'once' && draft.deleteAfterCompletion,
  }
}

/** The number as typed; anything else as −1, which the server refuses with a sentence at the right field. */
const wholeNumber = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : -1)

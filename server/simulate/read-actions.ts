import type { CreateActionInput, ScheduleInput } from '../domain/action-input.ts'
import { type ActionSchedule, parseSchedule } from '../domain/action-schedule.ts'
import { parseAttempts } from '../domain/attempts-policy.ts'
import { parseCreateCalendar } from '../domain/calendar-input.ts'
import { DocketError } from '../domain/errors.ts'
import { parseId } from '../domain/ids.ts'
import type { Calendar } from '../domain/recurring.ts'
import { parsePolicies } from '../domain/run-policies.ts'
import { readInstant } from '../domain/scheduled-at.ts'
import { parseText, parseWhole } from '../domain/text.ts'
import { canonicalZone } from '../domain/zone.ts'
import type { SimulatedAction } from './action.ts'
import { readTarget, type TargetInput } from './read-target.ts'

/** An action in a file: as createAction takes it, where the request itself may be left out, with what only a simulation asks. */
export interface ActionInput extends Partial<CreateActionInput> {
  /** Of a saved action: decides its spread. Default: `key`, else `name`. */
  id?: string
  schedule?: (ScheduleInput & { anchorAt?: string | null }) | null
  runsMade?: number
  simulate?: TargetInput
}

interface Given {
  /** Epoch ms: when the actions are taken to be saved. */
  from: number
  calendars: ReadonlyMap<string, Calendar>
}

const FIELDS = new Set<keyof ActionInput>([
  ...([
    'id',
    'key',
    'name',
    'target',
    'method',
    'headers',
    'body',
    'timeoutSeconds',
    'schedule',
    'retryable',
    'retry',
    'recordType',
  ] as const),
  ...([
    'overlapPolicy',
    'catchUp',
    'catchUpWindowSeconds',
    'maxRuns',
    'runsMade',
    'deleteAfterCompletion',
    'enabled',
    'tags',
    'simulate',
  ] as const),
])
const POLICIES = { overlapPolicy: ['SKIP', 'QUEUE_ONE', 'ALLOW', 'CANCEL_OTHER'], catchUp: ['LATEST', 'ALL', 'NONE'] } as const
const RULES = ['SKIP', 'NEXT_BUSINESS_DAY'] as const
const TIMEOUT_S = 30

/**
 * The actions of a simulation out of JSON: a list of actions, or `{ actions, calendars }`, where a schedule's `calendarId` is the `id` or the
 * `name` of one of the calendars. Checked by the same rules as what is saved; a moment that is past at `from` is fine.
 *
 * @throws DocketError with the field of the first mistake, such as `actions[2].schedule.cronExpression`
 */
export function readActions(input: unknown, from: number): SimulatedAction[] {
  const { actions, calendars = [] } = Array.isArray(input) ? { actions: input } : objectOf(input, '')
  if (!Array.isArray(actions)) throw refuse('There must be a list of actions, or an object with the list "actions".', 'actions')
  if (!Array.isArray(calendars)) throw refuse('calendars must be a list.', 'calendars')
  const days = new Map(calendars.map((calendar, i) => inside(`calendars[${i}]`, () => readCalendar(calendar))))
  const names = new Map<string, number>()
  return actions.map((action, i) =>
    inside(`actions[${i}]`, () => {
      const read = readAction(objectOf(action, ''), { from, calendars: days })
      const uses = (names.get(read.name) ?? 0) + 1
      names.set(read.name, uses)
      return uses === 1 ? read : { ...read, name: `${read.name} (${uses})` }
    }),
  )
}

function readAction(given: Record<string, unknown>, context: Given): SimulatedAction {
  const unknown = Object.keys(given).find((name) => !FIELDS.has(name as keyof ActionInput))
  if (unknown !== undefined) throw refuse(`An action has no field ${unknown}; it has ${[...FIELDS].join(', ')}.`, unknown)
  for (const [field, values] of Object.entries(POLICIES)) oneOf(given[field], values, field)
  const input = given as ActionInput
  const name = parseText(input.name, 'name', 200)
  const id = input.id ?? input.key ?? name
  const when = readSchedule(input.schedule, context)
  const { maxAttempts, retry } = parseAttempts(input)
  return {
    name,
    id: parseId(id)?.uuid ?? id,
    enabled: input.enabled ?? true,
    ...when,
    policies: parsePolicies(input, when.schedule.kind),
    runsMade: parseWhole(input.runsMade ?? 0, 'runsMade', 0, Number.MAX_SAFE_INTEGER),
    maxAttempts,
    retry,
    timeoutSeconds: parseWhole(input.timeoutSeconds ?? TIMEOUT_S, 'timeoutSeconds', 1, 300),
    target: readTarget(objectOf(input.simulate ?? {}, 'simulate'), 'simulate.'),
  }
}

function readSchedule(input: ActionInput['schedule'], { from, calendars }: Given): { schedule: ActionSchedule; calendar: Calendar | null } {
  if (input == null) return { schedule: { kind: 'ON_DEMAND' }, calendar: null }
  const { calendarId, calendarRule, anchorAt, ...rest } = objectOf(input, 'schedule') as NonNullable<ActionInput['schedule']>
  const schedule = parseSchedule(rest, Math.min(from, onceAt(rest) ?? from))
  if (calendarId == null && calendarRule != null)
    throw refuse('A calendarRule needs the calendarId it is meant for.', 'schedule.calendarRule')
  if (schedule.kind !== 'RECURRING') {
    if (calendarId != null) throw refuse('Only a recurring schedule has a calendar.', 'schedule.calendarId')
    return { schedule, calendar: null }
  }
  oneOf(calendarRule, RULES, 'schedule.calendarRule')
  const calendar = calendarId == null ? null : calendars.get(calendarId)
  if (calendar === undefined) throw refuse(`calendars has no entry with the id or name "${calendarId}".`, 'schedule.calendarId')
  const anchored = schedule.recurrence === 'FIXED' && anchorAt != null ? { anchorAt: readInstant(anchorAt, 'schedule.anchorAt') } : {}
  return {
    schedule: { ...schedule, ...anchored, calendarId: calendarId ?? null, calendarRule: calendar ? (calendarRule ?? 'SKIP') : null },
    calendar,
  }
}

function onceAt({ scheduledAt, timezone }: ScheduleInput): number | undefined {
  if (scheduledAt == null) return undefined
  return readInstant(scheduledAt, 'schedule.scheduledAt', timezone == null ? null : canonicalZone(timezone, 'schedule.timezone'))
}

function readCalendar(input: unknown): [string, Calendar] {
  const { id, ...given } = objectOf(input, '')
  const { name, dates, weekdays } = parseCreateCalendar(given as never)
  return [typeof id === 'string' ? id : name, { dates: new Set(dates), weekdays: new Set(weekdays) }]
}

const refuse = (sentence: string, field: string) => new DocketError('BAD_USER_INPUT', sentence, field)

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('This must be an object: { … }.', field)
  return value as Record<string, unknown>
}

function oneOf(value: unknown, values: readonly string[], field: string): void {
  if (value != null && !values.includes(value as string)) throw refuse(`${field} is one of ${values.join(', ')}.`, field)
}

/** Says of a refusal where in the input it arose. */
function inside<T>(place: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DocketError)) throw error
    throw new DocketError(error.code, error.message, error.field ? `${place}.${error.field}` : place)
  }
}

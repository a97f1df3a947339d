import type {
  ActionDetailFragment,
  CreateActionInput,
  HttpMethod,
  ScheduleInput,
  SendInput,
  UpdateActionInput,
} from '../../../../sdk/generated/operations.ts'
import { localToRfc3339, toLocalInput } from '../../format.ts'
import { headerEntries } from '../../receipt/header-entries.ts'
import type { Rhythm } from './rhythm.ts'
import { readRhythm } from './rhythm.ts'

export type When = 'now' | 'demand' | 'once' | 'recurring'

/** What the form holds while it is filled in. */
export interface Draft {
  name: string
  targetKind: 'url' | 'service'
  url: string
  serviceId: string
  path: string
  method: HttpMethod
  headers: { name: string; value: string }[]
  bodyKind: 'none' | 'json' | 'text'
  body: string
  when: When
  /** Value of a `datetime-local` input, in the browser's zone. */
  onceAt: string
  rhythm: Rhythm
  cronExpression: string
  timezone: string
  retryable: boolean
  maxAttempts: string
  timeoutSeconds: string
}

/** How the server shows a value it keeps to itself. */
export const HIDDEN = '••••'

const HOUR_MS = 60 * 60 * 1000

/** An empty form: every day at nine in `zone`, since a schedule is what most come for. `now` is epoch ms. */
export function emptyDraft(zone: string, now: number): Draft {
  return {
    name: '',
    targetKind: 'url',
    url: '',
    serviceId: '',
    path: '/',
    method: 'POST',
    headers: [],
    bodyKind: 'none',
    body: '',
    when: 'recurring',
    onceAt: toLocalInput(now + HOUR_MS),
    rhythm: { preset: 'daily', time: '09:00', weekday: '1', day: '1' },
    cronExpression: '0 9 * * *',
    timezone: zone,
    retryable: true,
    maxAttempts: '3',
    timeoutSeconds: '30',
  }
}

/** The form of an action that is there already. */
export function draftOf(action: ActionDetailFragment, zone: string, now: number): Draft {
  const empty = emptyDraft(zone, now)
  const { schedule, target, body } = action
  return {
    ...empty,
    name: action.name,
    targetKind: target.service ? 'service' : 'url',
    url: target.service ? '' : target.url,
    serviceId: target.service?.id ?? '',
    path: target.path ?? '/',
    method: action.method,
    headers: headerEntries(action.headers).map(([name, value]) => ({ name, value })),
    bodyKind: body === null ? 'none' : isJson(body) ? 'json' : 'text',
    body: body ?? '',
    when: action.kind === 'RECURRING' ? 'recurring' : action.kind === 'ONE_TIME' ? 'once' : 'demand',
    onceAt: schedule?.scheduledAt ? toLocalInput(Date.parse(schedule.scheduledAt)) : empty.onceAt,
    rhythm: schedule?.cronExpression ? readRhythm(schedule.cronExpression) : empty.rhythm,
    cronExpression: schedule?.cronExpression ?? empty.cronExpression,
    timezone: schedule?.timezone ?? zone,
    retryable: action.retryable,
    maxAttempts: action.retryable ? String(action.maxAttempts) : empty.maxAttempts,
    timeoutSeconds: String(action.timeoutSeconds),
  }
}

/** The schedule of a draft as the API takes it; null for none. `zone` is the browser's, in which a single time was entered. */
export function scheduleInput(draft: Draft, zone: string): ScheduleInput | null {
  if (draft.when === 'recurring') return { cronExpression: draft.cronExpression.trim(), timezone: draft.timezone }
  return draft.when === 'once' ? { scheduledAt: localToRfc3339(draft.onceAt), timezone: zone } : null
}

const requestInput = (draft: Draft) => ({
  method: draft.method,
  headers: draft.headers.length > 0 ? Object.fromEntries(draft.headers.map(({ name, value }) => [name.trim(), value])) : null,
  // The text goes as it stands: parsed and written again, long numbers would lose digits.
  body: draft.bodyKind === 'none' ? null : draft.body,
  timeoutSeconds: wholeNumber(draft.timeoutSeconds),
  retryable: draft.retryable,
  retry: draft.retryable ? { maxAttempts: wholeNumber(draft.maxAttempts) } : null,
})

const targetInput = (draft: Draft) =>
  draft.targetKind === 'url' ? { url: draft.url.trim() } : { serviceId: draft.serviceId, path: draft.path.trim() }

export const createInput = (draft: Draft, zone: string): CreateActionInput => ({
  name: draft.name,
  target: targetInput(draft),
  schedule: scheduleInput(draft, zone),
  ...requestInput(draft),
})

export const sendInput = (draft: Draft): SendInput => ({ name: draft.name, ...targetInput(draft), ...requestInput(draft) })

/** What changed beside `before`. Headers and schedule that were not touched stay out: hidden values and past times could not be sent again. */
export function updateInput(draft: Draft, before: Draft, zone: string): UpdateActionInput {
  const { headers, ...request } = requestInput(draft)
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  return {
    name: draft.name,
    target: targetInput(draft),
    ...request,
    ...(same(draft.headers, before.headers) ? {} : { headers }),
    ...(same(scheduleInput(draft, zone), scheduleInput(before, zone)) ? {} : { schedule: scheduleInput(draft, zone) }),
  }
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** The number as typed; anything else as −1, which the server refuses with a sentence at the right field. */
const wholeNumber = (text: string): number => (/^\d+$/.test(text.trim()) ? Number(text) : -1)

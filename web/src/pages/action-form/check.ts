import type { Failure } from '../../live/failure.ts'
import type { ApprovalField } from './approval-draft.ts'
import { approvalFieldOf } from './approval-draft.ts'
import { jsonMistake } from './body.ts'
import { delaysOf } from './delivery-draft.ts'
import type { Draft } from './draft.ts'
import { HIDDEN } from './draft.ts'
import { catchesUp, namesLocalTimes } from './schedule-draft.ts'

/** Messages by field. `form` is for what belongs to none. */
export type Mistakes = Partial<Record<Field, string>>

export type Field =
  | 'name'
  | 'url'
  | 'serviceId'
  | 'path'
  | 'method'
  | 'headers'
  | 'body'
  | 'cronExpression'
  | 'every'
  | 'recurrence'
  | 'timezone'
  | 'scheduledAt'
  | 'startAt'
  | 'endAt'
  | 'dstPolicy'
  | 'spreadSeconds'
  | 'calendarId'
  | 'overlapPolicy'
  | 'catchUp'
  | 'catchUpWindowSeconds'
  | 'maxRuns'
  | 'maxAttempts'
  | 'backoffSeconds'
  | 'backoffFactor'
  | 'maxBackoffSeconds'
  | 'delays'
  | 'jitter'
  | 'retryOn'
  | 'timeoutSeconds'
  | 'callbackUrl'
  | 'concurrencyKey'
  | 'form'
  | ApprovalField

/** What can be told before the server is asked; it judges everything else. `before` is the action as it was, when it is edited. */
export function checkDraft(draft: Draft, before: Draft | undefined): Mistakes {
  const mistakes: Mistakes = {}
  if (!draft.name.trim()) mistakes.name = 'Give it a name, such as “Nightly report”.'
  if (draft.targetKind === 'url' && !draft.url.trim())
    mistakes.url = 'Enter the address to call, such as https://example.com/hooks/nightly.'
  if (draft.targetKind === 'service' && !draft.serviceId) mistakes.serviceId = 'Choose a service, or add one.'
  if (draft.when === 'once' && !draft.onceAt) mistakes.scheduledAt = 'Choose a date and a time.'
  if (draft.bodyKind === 'json') {
    const mistake = draft.body.trim() ? jsonMistake(draft.body) : 'Enter JSON, or choose “None”.'
    if (mistake) mistakes.body = mistake
  }
  const hidden = new Set(before?.headers.filter(({ value }) => value === HIDDEN).map(({ name }) => name.trim().toLowerCase()))
  const unknown = draft.headers.find(({ name, value }) => value === HIDDEN && !hidden.has(name.trim().toLowerCase()))
  if (draft.headers.some(({ name }) => !name.trim())) mistakes.headers = 'Each header needs a name.'
  else if (unknown) mistakes.headers = `The hidden value of ${unknown.name} is not known; enter it.`
  if (draft.retryable && draft.backoff === 'list' && !delaysOf(draft.delays)) mistakes.delays = 'Write pauses such as 10 s, 1 min, 1 h.'
  if (draft.retryable && draft.retryOn.length === 0) mistakes.retryOn = 'Choose at least one, or turn “Retry” off.'
  return mistakes
}

/** A refusal of the server at its field; on the form as a whole where the draft as it is has no control for that field. */
export function placeFailure(failure: Failure, draft: Draft): Mistakes {
  const name = failure.field?.split('.').at(-1) ?? ''
  const own = draft.when === 'now' ? undefined : approvalFieldOf(failure.field ?? '', draft)
  if (own) return { [own]: failure.message }
  const field = aliases(draft)[name] ?? name
  return { [controls(draft).find((control) => control === field) ?? 'form']: failure.message }
}

/** The fields that can be seen, and so can show what is wrong with them. */
function controls(draft: Draft): Field[] {
  const only = (shown: boolean, ...fields: Field[]) => (shown ? fields : [])
  const recurring = draft.when === 'recurring'
  const interval = recurring && draft.rhythm.preset === 'interval'
  return [
    'name',
    'method',
    'headers',
    'timeoutSeconds',
    'callbackUrl',
    'concurrencyKey',
    ...only(draft.targetKind === 'url', 'url'),
    ...only(draft.targetKind === 'service', 'serviceId', 'path'),
    ...only(draft.bodyKind !== 'none', 'body'),
    ...only(draft.retryable, 'maxAttempts', 'jitter', 'retryOn'),
    ...only(draft.retryable && draft.backoff === 'growing', 'backoffSeconds', 'backoffFactor', 'maxBackoffSeconds'),
    ...only(draft.retryable && draft.backoff === 'list', 'delays'),
    ...only(draft.when === 'once', 'scheduledAt', 'timezone'),
    ...only(recurring, 'timezone', 'startAt', 'endAt', 'spreadSeconds', 'calendarId', 'overlapPolicy', 'catchUp', 'maxRuns'),
    ...only(interval, 'every', 'recurrence'),
    ...only(namesLocalTimes(draft), 'cronExpression', 'dstPolicy'),
    ...only(catchesUp(draft), 'catchUpWindowSeconds'),
  ]
}

const aliases = (draft: Draft): Record<string, Field> => ({
  target: draft.targetKind === 'url' ? 'url' : 'path',
  schedule: draft.when === 'once' ? 'scheduledAt' : draft.rhythm.preset === 'interval' ? 'every' : 'cronExpression',
  calendarRule: 'calendarId',
  retry: 'maxAttempts',
  delaysSeconds: 'delays',
  retryable: 'maxAttempts',
})

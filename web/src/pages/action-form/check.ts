import type { Failure } from '../../live/failure.ts'
import { jsonMistake } from './body.ts'
import type { Draft } from './draft.ts'
import { HIDDEN } from './draft.ts'

/** Messages by field. `form` is for what belongs to none. */
export type Mistakes = Partial<Record<Field, string>>

const FIELDS = [
  'name',
  'url',
  'serviceId',
  'path',
  'method',
  'headers',
  'body',
  'cronExpression',
  'every',
  'recurrence',
  'timezone',
  'scheduledAt',
  'startAt',
  'endAt',
  'dstPolicy',
  'spreadSeconds',
  'calendarId',
  'overlapPolicy',
  'catchUp',
  'catchUpWindowSeconds',
  'maxRuns',
  'maxAttempts',
  'timeoutSeconds',
  'form',
] as const

export type Field = (typeof FIELDS)[number]

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
  const changed = JSON.stringify(draft.headers) !== JSON.stringify(before?.headers ?? [])
  if (changed && draft.headers.some((header) => header.value === HIDDEN)) {
    mistakes.headers = 'Hidden values are not known here. To change any header, enter the hidden ones again, or remove them.'
  } else if (draft.headers.some((header) => !header.name.trim())) mistakes.headers = 'Each header needs a name.'
  return mistakes
}

/** A refusal of the server at its field of the form. */
export function placeFailure(failure: Failure, draft: Draft): Mistakes {
  const name = failure.field?.split('.').at(-1) ?? ''
  const field = aliases(draft)[name] ?? (isField(name) ? name : 'form')
  return { [field]: failure.message }
}

const isField = (name: string): name is Field => (FIELDS as readonly string[]).includes(name)

const aliases = (draft: Draft): Record<string, Field> => ({
  target: draft.targetKind === 'url' ? 'url' : 'path',
  schedule: draft.when === 'once' ? 'scheduledAt' : draft.rhythm.preset === 'interval' ? 'every' : 'cronExpression',
  calendarRule: 'calendarId',
  retry: 'maxAttempts',
  retryable: 'maxAttempts',
})

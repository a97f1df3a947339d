import { readInstant, UsageError } from './usage.ts'

/** The options of list and export that say which entries are meant. */
export const FILTER_OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  verb: { type: 'string' },
  actor: { type: 'string' },
  action: { type: 'string' },
  invocation: { type: 'string' },
  object: { type: 'string' },
  'record-type': { type: 'string' },
  'record-id': { type: 'string' },
  result: { type: 'string' },
  search: { type: 'string' },
} as const

export const SERVER_OPTIONS = { url: { type: 'string' }, token: { type: 'string' }, help: { type: 'boolean' } } as const

type Given = { [name in keyof typeof FILTER_OPTIONS]?: string | undefined }

const RESULTS = ['DONE', 'REFUSED', 'FAILED'] as const
type Result = (typeof RESULTS)[number]

/** As the API names them; what was not given is absent. @throws UsageError */
export function readFilter(given: Given) {
  const { from, to, result } = given
  if (result !== undefined && !isResult(result)) throw new UsageError(`--result must be one of ${RESULTS.join(', ')}, not "${result}".`)
  const texts = {
    verb: given.verb,
    actorId: given.actor,
    actionId: given.action,
    invocationId: given.invocation,
    objectId: given.object,
    recordType: given['record-type'],
    recordId: given['record-id'],
    search: given.search,
    ...(from !== undefined && { from: new Date(readInstant(from, '--from')).toISOString() }),
    ...(to !== undefined && { to: new Date(readInstant(to, '--to')).toISOString() }),
  }
  return {
    ...(Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)) as Record<string, string>),
    ...(result !== undefined && { result }),
  }
}

const isResult = (text: string): text is Result => (RESULTS as readonly string[]).includes(text)

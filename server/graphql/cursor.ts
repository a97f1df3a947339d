import { DocketError } from '../domain/errors.ts'

/** The lists that have cursors of this kind; a cursor names its own, so that it cannot be used on another. */
export type List =
  | 'actions'
  | 'approvals'
  | 'auditLog'
  | 'backfills'
  | 'bulkOperations'
  | 'services'
  | 'calendars'
  | 'apiTokens'
  | 'concurrencyLimits'
  | 'secrets'
  | 'invocations'
  | 'attempts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** An opaque cursor that stands after the row with these keys. */
export const sealCursor = (list: List, ...keys: string[]): string => Buffer.from([list, ...keys].join(' ')).toString('base64url')

/** The keys of a cursor of this list. @throws DocketError BAD_USER_INPUT on `after` for anything this list did not give out. */
function openCursor(list: List, cursor: string): string[] {
  const text = Buffer.from(cursor, 'base64url').toString()
  const [name, ...keys] = text.split(' ')
  if (name === list && sealCursor(list, ...keys) === cursor) return keys
  throw badCursor()
}

/** The id a cursor of a list by id stands after, undefined without one. @throws DocketError BAD_USER_INPUT on `after`. */
export function idAfter(list: Exclude<List, 'invocations' | 'attempts'>, cursor: string | null | undefined): string | undefined {
  if (cursor == null) return undefined
  const [id = '', ...more] = openCursor(list, cursor)
  if (more.length > 0 || !UUID.test(id)) throw badCursor()
  return id
}

/** Sort time and id that a cursor of invocations stands after. @throws DocketError BAD_USER_INPUT on `after`. */
export function invocationAfter(cursor: string | null | undefined): { sortAt: Date; id: string } | undefined {
  if (cursor == null) return undefined
  const [ms = '', id = '', ...more] = openCursor('invocations', cursor)
  if (more.length > 0 || !/^\d{1,15}$/.test(ms) || !UUID.test(id)) throw badCursor()
  return { sortAt: new Date(Number(ms)), id }
}

/** The attempt number that a cursor of attempts stands after, 0 without one. @throws DocketError BAD_USER_INPUT on `after`. */
export function numberAfter(cursor: string | null | undefined): number {
  if (cursor == null) return 0
  const [number = '', ...more] = openCursor('attempts', cursor)
  if (more.length > 0 || !/^\d{1,4}$/.test(number)) throw badCursor()
  return Number(number)
}

const badCursor = () => new DocketError('BAD_USER_INPUT', 'after must be a cursor that this list gave out.', 'after')

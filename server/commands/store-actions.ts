import type { ActionSpec } from '../domain/action.ts'
import { firstRun } from '../domain/action-schedule.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import type { Calendar } from '../domain/recurring.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import { loadCalendars } from '../store/calendars.ts'
import type { Sql } from '../store/database.ts'
import { insertApprovable } from '../store/insert-approvable.ts'
import type { NewAction } from '../store/new-action.ts'
import { roomForEnabled } from '../store/quota.ts'
import { acceptedOf } from './batch.ts'
import { quotaExceeded } from './check-quota.ts'
import type { CommandContext } from './context.ts'
import { noteOfNew } from './note-of-new.ts'

/** An action as it is stored now. `nextRunAt` is epoch ms. */
export interface StoredSpec {
  id: string
  spec: ActionSpec
  nextRunAt: number | null
}

/** Stores new actions without a key in one transaction. Gives what was stored or the refusal per item, in their order. */
export const storeActions = (ctx: CommandContext, items: readonly NewAction[], now: number): Promise<(StoredSpec | DocketError)[]> =>
  audited(ctx, (sql, note) => storeIn(sql, ctx, items, now, note))

/** As storeActions, for actions with or without a key, inside a transaction: their calendars and the quota must not change meanwhile. */
export async function storeIn(
  sql: Sql,
  { projectId, db }: CommandContext,
  items: readonly NewAction[],
  now: number,
  note: (note: AuditNote) => void,
): Promise<(StoredSpec | DocketError)[]> {
  const calendars = await loadCalendars(sql, projectId, [...new Set(items.flatMap((item) => calendarIdOf(item) ?? []))])
  const room = items.some(countsAgainstQuota) ? await roomForEnabled(sql, projectId) : undefined
  let left = room?.left ?? 0
  const planned = items.map((item) => {
    const planned = withFirstRun(item, calendars, now)
    if (planned instanceof DocketError || !countsAgainstQuota(item)) return planned
    return left-- > 0 ? planned : quotaExceeded(room!)
  })
  const accepted = acceptedOf<NewAction>(planned)
  const stored = (accepted.length > 0 ? (await insertApprovable(sql, db, accepted)).stored : []).values()
  return planned.map((item) => {
    if (item instanceof DocketError) return item
    const action = stored.next().value
    if (action) note(noteOfNew(item))
    return action ? { id: action.actionId, spec: item.spec, nextRunAt: item.nextRunAt } : notFound('Service', 'target.serviceId')
  })
}

export const isRecurring = ({ spec }: NewAction): boolean => spec.schedule.kind === 'RECURRING'

const countsAgainstQuota = (item: NewAction): boolean => item.enabled && isRecurring(item)

const calendarIdOf = ({ spec: { schedule } }: NewAction): string | null => (schedule.kind === 'RECURRING' ? schedule.calendarId : null)

function withFirstRun(item: NewAction, calendars: ReadonlyMap<string, Calendar>, now: number): NewAction | DocketError {
  const id = calendarIdOf(item)
  const calendar = id === null ? null : calendars.get(id)
  if (calendar === undefined) return notFound('Calendar', 'schedule.calendarId')
  return { ...item, nextRunAt: item.enabled ? firstRun(item.spec.schedule, calendar, now) : null }
}

import { backfillTimes } from '../domain/backfill.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { loadCalendar } from '../store/calendars.ts'
import { insertBackfill } from '../store/insert-backfill.ts'
import { authorize } from './authorize.ts'
import { changeAction } from './change-action.ts'
import type { CommandContext } from './context.ts'
import { checkTrigger } from './permitted.ts'

/** Instants, both inclusive. */
export interface BackfillArguments {
  from: Date
  to: Date
}

/**
 * Repeats the nominal times of an action's schedule from `from` to `to` that have no run which succeeded and none under way: one
 * after another, or ten at a time where the action allows overlap. Also while it is paused. Gives the UUID of the backfill.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `actionId`, `from` or `to`; INVALID_TRANSITION while another one of the action is under way
 */
export async function backfill(ctx: CommandContext, actionId: string, { from, to }: BackfillArguments): Promise<{ id: string }> {
  authorize(ctx, 'OPERATE')
  const { db, projectId, actor } = ctx
  let id = ''
  await changeAction(ctx, actionId, async (sql, action, audit) => {
    await checkTrigger(ctx, sql, { actionId: action.id, record: null, input: null })
    const { schedule } = action.spec
    const calendar = schedule.kind === 'RECURRING' ? await loadCalendar(sql, projectId, schedule.calendarId) : null
    const times = backfillTimes(schedule, calendar ?? null, from.getTime(), to.getTime(), action.now)
    const stored = await insertBackfill(sql, {
      projectId,
      actor,
      actionId: action.id,
      from: from.getTime(),
      to: to.getTime(),
      nextAt: times[0]!,
      total: times.length,
    })
    if ('underWay' in stored) throw underWay(stored.underWay)
    id = stored.id
    const object = { type: 'backfill', id: publicId('backfill', id) }
    audit({ verb: 'backfill.created', object, data: { from, to, total: times.length } })
  })
  db.signal.emit('due')
  return { id }
}

const underWay = (id: string) =>
  new DocketError(
    'INVALID_TRANSITION',
    `Another backfill of this action is under way (${publicId('backfill', id)}); wait for its end or cancel it.`,
  )

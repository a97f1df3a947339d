import { KEY_CHARACTERS } from '../domain/delivery-policy.ts'
import { publicId } from '../domain/ids.ts'
import { rateText } from '../domain/limit.ts'
import { type LimitInput, parseLimit } from '../domain/limit-input.ts'
import { parseText } from '../domain/text.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import { deleteLimit, limitOf, lockLimit, putLimit } from '../store/limits.ts'
import { logServiceEvent } from '../store/log-events.ts'
import { againAfterRace } from './again-after-race.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Sets the limit of a concurrencyKey: fields that are absent stay. Null removes it, and runs with that key are sent one at a time. Gives the
 * UUID of the limit; null when there is none.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `key`, `limit` or a field below it
 */
export async function setConcurrencyLimit(ctx: CommandContext, givenKey: string, input: LimitInput | null): Promise<{ id: string } | null> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const key = parseText(givenKey, 'key', KEY_CHARACTERS)
  const id = await againAfterRace(() =>
    audited(ctx, async (sql, note) => {
      const subject = { projectId, serviceId: null, key } as const
      const before = await lockLimit(sql, subject)
      const was = before && limitOf(before)
      const audit = (verb: string, id: string | undefined, change: Partial<AuditNote>) =>
        note({ verb, ...(id && { object: { type: 'limit', id: publicId('limit', id) } }), data: { subject: key }, ...change })
      if (input === null) {
        audit('limit.deleted', before?.id, { before: was })
        if (!before) return null
        await deleteLimit(sql, before.id)
        await logServiceEvent(sql, 'limit.updated', projectId, `${key}: no limit of its own; one at a time`)
        return null
      }
      const limit = parseLimit(input, 'limit', before)
      const stored = await putLimit(sql, subject, before, limit)
      audit(was ? 'limit.updated' : 'limit.created', stored, { before: was, after: limit })
      const { maxConcurrency, rateLimit, ratePeriod } = limit
      const parts = [
        ...(maxConcurrency === null ? [] : [`${maxConcurrency} at a time`]),
        ...(rateLimit === null || ratePeriod === null ? [] : [rateText(rateLimit, ratePeriod)]),
      ]
      await logServiceEvent(sql, 'limit.updated', projectId, `${key}: ${parts.join(', ')}`)
      return stored
    }),
  )
  db.signal.emit('events')
  db.signal.emit('due')
  return id === null ? null : { id }
}

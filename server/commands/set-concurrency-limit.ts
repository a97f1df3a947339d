import { KEY_CHARACTERS } from '../domain/delivery-policy.ts'
import { rateText } from '../domain/limit.ts'
import { type LimitInput, parseLimit } from '../domain/limit-input.ts'
import { parseText } from '../domain/text.ts'
import { transaction } from '../store/database.ts'
import { deleteLimit, lockLimit, putLimit } from '../store/limits.ts'
import { logServiceEvent } from '../store/log-events.ts'
import { againAfterRace } from './again-after-race.ts'
import type { CommandContext } from './context.ts'

/**
 * Sets the limit of a concurrencyKey: fields that are absent stay. Null removes it, and runs with that key are sent one at a time. Gives the
 * UUID of the limit; null when there is none.
 * @throws DocketError BAD_USER_INPUT on `key`, `limit` or a field below it
 */
export async function setConcurrencyLimit(
  { db, projectId }: CommandContext,
  givenKey: string,
  input: LimitInput | null,
): Promise<{ id: string } | null> {
  const key = parseText(givenKey, 'key', KEY_CHARACTERS)
  const id = await againAfterRace(() =>
    transaction(db.pool, async (sql) => {
      const subject = { projectId, serviceId: null, key } as const
      const before = await lockLimit(sql, subject)
      if (input === null) {
        if (!before) return null
        await deleteLimit(sql, before.id)
        await logServiceEvent(sql, 'limit.updated', projectId, `${key}: no limit of its own; one at a time`)
        return null
      }
      const limit = parseLimit(input, 'limit', before)
      const stored = await putLimit(sql, subject, before, limit)
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

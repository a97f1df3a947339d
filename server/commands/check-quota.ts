import type { ActionSpec } from '../domain/action.ts'
import { DocketError } from '../domain/errors.ts'
import type { Sql } from '../store/database.ts'
import { type Room, roomForEnabled } from '../store/quota.ts'

/** What of an action the quota counts. */
interface Counted {
  enabled: boolean
  spec: Pick<ActionSpec, 'schedule'>
}

/**
 * Makes sure that the project has room for an action that this transaction turns from `before` into `after`: only one that
 * becomes an enabled recurring action takes any.
 * @throws DocketError QUOTA_EXCEEDED on `enabled`
 */
export async function checkQuota(sql: Sql, projectId: string, before: Counted, after: Counted): Promise<void> {
  if (!counts(after) || counts(before)) return
  const room = await roomForEnabled(sql, projectId)
  if (room.left <= 0) throw quotaExceeded(room)
}

export const quotaExceeded = ({ quota }: Room): DocketError =>
  new DocketError(
    'QUOTA_EXCEEDED',
    `The project may have ${quota} enabled recurring actions and has them all; pause or delete one first, or create this one with enabled: false.`,
    'enabled',
  )

const counts = ({ enabled, spec }: Counted): boolean => enabled && spec.schedule.kind === 'RECURRING'

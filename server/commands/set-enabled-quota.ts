import { parseWhole } from '../domain/text.ts'
import { transaction } from '../store/database.ts'
import { setEnabledQuota as setStored } from '../store/enabled-quota.ts'
import type { CommandContext } from './context.ts'

/** A hundred times what a tick with none due was measured with would still be a typing error. */
const QUOTA_MOST = 1_000_000

/**
 * Sets how many recurring actions of the project may be enabled. Those that are enabled stay so, whatever their number.
 * @throws DocketError BAD_USER_INPUT on `quota`
 */
export async function setEnabledQuota({ db, projectId }: CommandContext, quota: number): Promise<void> {
  const value = parseWhole(quota, 'quota', 1, QUOTA_MOST)
  await transaction(db.pool, (sql) => setStored(sql, projectId, value))
  db.signal.emit('events')
}

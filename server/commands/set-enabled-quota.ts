import { publicId } from '../domain/ids.ts'
import { parseWhole } from '../domain/text.ts'
import { audited } from '../store/audited.ts'
import { setEnabledQuota as setStored } from '../store/enabled-quota.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/** A hundred times what a tick with none due was measured with would still be a typing error. */
const QUOTA_MOST = 1_000_000

/**
 * Sets how many recurring actions of the project may be enabled. Those that are enabled stay so, whatever their number.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `quota`
 */
export async function setEnabledQuota(ctx: CommandContext, quota: number): Promise<void> {
  authorize(ctx, 'ADMINISTER')
  const value = parseWhole(quota, 'quota', 1, QUOTA_MOST)
  await audited(ctx, async (sql, note) => {
    const before = await setStored(sql, ctx.projectId, value)
    const object = { type: 'project', id: publicId('project', ctx.projectId) }
    note({ verb: 'project.updated', object, before: { enabledQuota: before }, after: { enabledQuota: value } })
  })
  ctx.db.signal.emit('events')
}

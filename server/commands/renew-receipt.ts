import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { RECEIPT_VERSION_MAX } from '../domain/receipt.ts'
import { renewedUntil } from '../domain/receipt-life.ts'
import { audited } from '../store/audited.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { renewReceiptLink } from '../store/receipt-links.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Gives the receipt of an invocation a new address for `days` from now (1 to 365, default 30); the one before answers like one that never
 * was. Also brings back a receipt that ended or was revoked. Gives the UUID of the invocation.
 * @throws DocketError FORBIDDEN; NOT_FOUND; BAD_USER_INPUT on `days`; INVALID_TRANSITION after 63 times
 */
export async function renewReceipt(ctx: CommandContext, invocationId: string, days?: number | null): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('invocation', invocationId)
  const expiresAt = renewedUntil(days, db.skew.now())
  const renewed = await audited(ctx, async (sql, note) => {
    const renewed = await renewReceiptLink(sql, projectId, id, expiresAt)
    if (renewed) note({ ...(await noteOfRun(sql, id)), verb: 'receipt.renewed', after: { expiresAt: new Date(expiresAt) } })
    return renewed
  })
  if (renewed === undefined) throw notFound('Invocation')
  if (!renewed) {
    const sentence = `The address of a receipt can be made anew ${RECEIPT_VERSION_MAX} times, and that has been done. It can still be revoked.`
    throw new DocketError('INVALID_TRANSITION', sentence)
  }
  db.signal.emit('events')
  return { id }
}

import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { audited } from '../store/audited.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { revokeReceiptLink } from '../store/receipt-links.ts'
import { authorize } from './authorize.ts'
import type { CommandContext } from './context.ts'

/**
 * Ends the receipt of an invocation: its address answers like one that never was, and whoever watches it hears no more.
 * Gives the UUID of the invocation, also when it was revoked before. `renewReceipt` makes a new address.
 * @throws DocketError FORBIDDEN; NOT_FOUND
 */
export async function revokeReceipt(ctx: CommandContext, invocationId: string): Promise<{ id: string }> {
  authorize(ctx, 'MANAGE')
  const { db, projectId } = ctx
  const id = internalId('invocation', invocationId)
  const revoked = await audited(ctx, async (sql, note) => {
    const revoked = await revokeReceiptLink(sql, projectId, id)
    if (revoked !== undefined) note({ ...(await noteOfRun(sql, id)), verb: 'receipt.revoked', data: { before: !revoked } })
    return revoked
  })
  if (revoked === undefined) throw notFound('Invocation')
  if (revoked) db.signal.emit('events')
  return { id }
}

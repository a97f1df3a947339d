import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { revokeReceiptLink } from '../store/receipt-links.ts'
import type { CommandContext } from './context.ts'

/**
 * Ends the receipt of an invocation: its address answers like one that never was, and whoever watches it hears no more.
 * Gives the UUID of the invocation, also when it was revoked before. `renewReceipt` makes a new address.
 * @throws DocketError NOT_FOUND
 */
export async function revokeReceipt({ db, projectId }: CommandContext, invocationId: string): Promise<{ id: string }> {
  const id = internalId('invocation', invocationId)
  const revoked = await revokeReceiptLink(db.pool, projectId, id)
  if (revoked === undefined) throw notFound('Invocation')
  if (revoked) db.signal.emit('events')
  return { id }
}

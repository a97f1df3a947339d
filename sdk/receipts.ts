import { RenewReceiptDocument, RevokeReceiptDocument } from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.receipts`: who may see the public view of an invocation, and for how long. */
export function receiptCalls(request: Request) {
  return {
    /** Ends the address of an invocation's receipt: from then on it answers like one that never was. */
    revoke: async (invocationId: string) => (await request(RevokeReceiptDocument, { invocationId })).revokeReceipt,
    /**
     * Gives the receipt a new address (`receiptUrl`) for `days` from now: 1 to 365, default 30; the one before ends.
     * Throws `INVALID_TRANSITION` after 63 times.
     */
    renew: async (invocationId: string, options: { days?: number } = {}) =>
      (await request(RenewReceiptDocument, { invocationId, ...options })).renewReceipt,
  }
}

import { type InvocationStatus, ReceiptChangedDocument, type ReceiptViewFragment } from './generated/operations.ts'
import { type OnInterrupted, resume } from './resume.ts'
import { Interrupted, type Socket } from './socket.ts'
import { type Watch, watch } from './watch.ts'

export type WatchReceiptOptions = {
  /** Ends the watch quietly. */
  signal?: AbortSignal
  /** Told of each lost connection. */
  onInterrupted?: OnInterrupted
}

const FINAL: ReadonlySet<InvocationStatus> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'MISSED'])

/**
 * The receipt as it is now, then at every change until it is final; then it ends. Needs no API token: the receipt's is the key.
 * After a lost socket it begins again with the present state.
 *
 * @param receipt a receipt's token, or its address (`invocation.receiptUrl`)
 * @throws DocketApiError `NOT_FOUND` when there is no such receipt, or not any more: it was revoked, renewed or has ended
 */
export function watchReceipt(
  { subscribe, closed }: Socket,
  receipt: string,
  options: WatchReceiptOptions = {},
): Watch<ReceiptViewFragment> {
  const token = receiptToken(receipt)
  return watch(closed, options.signal, (signal) =>
    resume({
      async *open() {
        for await (const { receiptChanged } of subscribe(ReceiptChangedDocument, { token }, signal)) {
          yield receiptChanged
          // The server goes on until the callback has ended too.
          if (FINAL.has(receiptChanged.status)) return
        }
        if (!signal.aborted) throw new Interrupted('The server ended the subscription.')
      },
      cursorOf: () => undefined,
      after: undefined,
      signal,
      onInterrupted: options.onInterrupted,
    }),
  )
}

/** `rcpt_…` out of `https://host/r/rcpt_…`; a bare token stays as it is. */
export function receiptToken(receipt: string): string {
  return /\/r\/([^/?#]+?)(?:\.json)?(?:[?#].*)?$/.exec(receipt)?.[1] ?? receipt
}

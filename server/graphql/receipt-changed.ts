import { notFound } from '../domain/errors.ts'
import { receiptExpiresAt } from '../domain/receipt-life.ts'
import type { Changes } from '../live/live.ts'
import { headOfLog } from '../store/event-log.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { findReceipt, isSettled, Receipt, type ReceiptShape, readReceipt } from './receipt.ts'
import { shareAnswers } from './subscribe.ts'

builder.subscriptionField('receiptChanged', (t) =>
  t.field({
    type: Receipt,
    description:
      'No sign-in: the token is the key. Sends the present state first, then each later one, and ends after a final state (and the end of ' +
      'its callback) or when the address does: asked again, it is not found then.',
    args: { token: t.arg.string({ required: true }) },
    subscribe: async (_, { token }, context) => {
      const receipt = await findReceipt(context, token)
      if (!receipt) throw notFound('Receipt', 'token')
      return receiptStates(context, token, receipt, await headOfLog(context.db))
    },
    resolve: (receipt) => receipt,
  }),
)

/**
 * The present state, then every later one until nothing changes any more or the address ends. The state is read after the place in the log was taken
 * from which the changes count, so that none falls between.
 */
function receiptStates(context: Context, token: string, receipt: ReceiptShape, after: bigint): AsyncIterableIterator<ReceiptShape> {
  // A generator that waits for a change hears `return` only after it; the signal ends the waiting.
  const end = new AbortController()
  const { id: invocationId, projectId } = receipt
  const changes = context.live.changes({ projectId, invocationId, after, signal: end.signal, onStalled: context.onStalled })
  const cancelExpiry = atExpiry(receiptExpiresAt(receipt).getTime(), context, () => end.abort())
  const address = context.receipts.open(token)!
  const states = follow(changes, () => readReceipt(context, address), cancelExpiry)
  return {
    next: () => states.next(),
    return: () => {
      end.abort()
      cancelExpiry()
      return states.return(undefined)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

async function* follow(
  changes: Changes,
  read: () => Promise<ReceiptShape | undefined>,
  onEnd: () => void,
): AsyncGenerator<ReceiptShape, undefined> {
  try {
    for (let done: boolean | undefined = false; !done; done = (await changes.next()).done) {
      const state = await read()
      if (state) yield shareAnswers(state)
      if (!state || isSettled(state)) return
    }
  } finally {
    onEnd()
    await changes.return?.()
  }
}

/** The longest wait that a timer of Node takes, ms; a receipt may live for longer. */
const TIMER_MS = 2 ** 31 - 1

/** Calls `end` at `at` (epoch ms, database time). Gives what stops the waiting. */
function atExpiry(at: number, { db }: Context, end: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = () => {
    const left = at - db.skew.now()
    if (left <= 0) end()
    else timer = setTimeout(wait, Math.min(Math.ceil(left), TIMER_MS)).unref()
  }
  wait()
  return () => clearTimeout(timer)
}

import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import type { Action, Invocation, Service } from '../store/generated/prisma/client.ts'
import { Attempt, failureOf, InvocationError } from './attempt.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { InvocationStatus, StatusReason, Trigger } from './enums.ts'
import { durationMs, nextRetryAt } from './invocation.ts'
import { RequestView, requestOf } from './request.ts'

/** The run with everything its receipt shows, apart from attempts. */
export type ReceiptShape = Invocation & { action: Action & { service: Service | null } }

const WITH_ACTION = { include: { action: { include: { service: true } } } }

export const Receipt = builder.objectRef<ReceiptShape>('Receipt').implement({
  description: 'The public, shareable view of one invocation.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('invocation', id) }),
    url: t.string({ resolve: ({ id }, _, { publicUrl, receipts }) => `${publicUrl}/r/${receipts.seal(id)}` }),
    actionName: t.string({ resolve: ({ action }) => action.name }),
    status: t.expose('status', { type: InvocationStatus }),
    statusReason: t.expose('statusReason', { type: StatusReason, nullable: true }),
    trigger: t.expose('trigger', { type: Trigger }),
    scheduledFor: t.expose('scheduledFor', { type: 'DateTime', nullable: true }),
    runAt: t.expose('runAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    durationMs: t.int({ nullable: true, resolve: durationMs }),
    attemptCount: t.exposeInt('attemptCount'),
    maxAttempts: t.exposeInt('maxAttempts'),
    nextRetryAt: t.field({ type: 'DateTime', nullable: true, resolve: nextRetryAt }),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    error: t.field({
      type: InvocationError,
      nullable: true,
      resolve: (receipt, _, { loaders }) => failureOf(receipt, () => loaders.lastResponseBody.load(receipt.id)),
    }),
    request: t.field({ type: RequestView, resolve: (receipt, _, context) => requestOf(receipt, receipt.action, context) }),
    attempts: t.field({
      type: [Attempt],
      resolve: async ({ id, maxAttempts }, _, { loaders }) =>
        (await loaders.attempts.load({ invocationId: id, after: 0, size: maxAttempts })) ?? [],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

builder.queryField('receipt', (t) =>
  t.field({
    type: Receipt,
    nullable: true,
    args: { token: t.arg.string({ required: true }) },
    resolve: (_, { token }, context) => findReceipt(context, token),
  }),
)

/**
 * The run behind a receipt token; undefined when there is none, however the token is wrong.
 * @throws DocketError RATE_LIMITED after 60 such misses in a minute from one address
 */
export async function findReceipt(context: Context, token: string): Promise<ReceiptShape | undefined> {
  if (context.receiptMisses.spent(context.ip)) {
    throw new DocketError('RATE_LIMITED', 'Too many unknown receipts were asked for from this address. Try again in a minute.')
  }
  const id = context.receipts.open(token)
  const found = id === undefined ? undefined : await loadReceipt(context, id)
  if (!found) context.receiptMisses.take(context.ip)
  return found
}

/** The receipt's row as it is now; subscribers that ask in the same tick share one read. */
export const loadReceipt = ({ loaders }: Context, id: string): Promise<ReceiptShape | undefined> =>
  loaders.invocation.load({ id, query: WITH_ACTION }) as Promise<ReceiptShape | undefined>

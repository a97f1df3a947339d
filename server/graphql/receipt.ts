import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { isFinal } from '../domain/lifecycle.ts'
import type { ReceiptAddress } from '../domain/receipt.ts'
import { isReceiptOpen, type ReceiptTerms, receiptExpiresAt, versionOf } from '../domain/receipt-life.ts'
import type { Action, Callback, Invocation, Service } from '../store/generated/prisma/client.ts'
import { Attempt, failureOf, InvocationError } from './attempt.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import { InvocationStatus, StatusReason, Trigger } from './enums.ts'
import { durationMs, nextRetryAt } from './invocation.ts'
import { maskFailure, maskOptional } from './mask-body.ts'
import { ReceiptApproval, type ReceiptApprovalShape } from './receipt-approval.ts'
import { ReceiptCallback } from './receipt-callback.ts'
import { type RequestShape, RequestView, requestOf } from './request.ts'

/** The run with everything its receipt shows, apart from attempts. */
export type ReceiptShape = Invocation & {
  action: Action & { service: Service | null; project: { showDeciders: boolean } }
  callback: Callback | null
  receipt: ReceiptTerms
  approval: Omit<ReceiptApprovalShape, 'showDeciders'> | null
}

const SHOWN = {
  include: {
    action: { include: { service: true, project: { select: { showDeciders: true } } } },
    callback: true,
    receipt: true,
    approval: { include: { votes: { include: { user: { select: { name: true } } }, orderBy: { at: 'asc' } } } },
  },
} as const

export const Receipt = builder.objectRef<ReceiptShape>('Receipt').implement({
  description: 'The public, shareable view of one invocation.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('invocation', id) }),
    url: t.string({ resolve: receiptUrl }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'From then on its address answers like one that never was.',
      resolve: receiptExpiresAt,
    }),
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
      resolve: async (receipt, _, context) => {
        const { secrets } = await requestOn(receipt, context)
        const body = () => context.loaders.lastResponseBody.load(receipt.id)
        return failureOf(maskFailure(receipt, secrets), async () => maskOptional(await body(), secrets))
      },
    }),
    request: t.field({
      type: RequestView,
      resolve: (receipt, _, context) => requestOn(receipt, context),
    }),
    attempts: t.field({
      type: [Attempt],
      resolve: async (receipt, _, context) => {
        const { secrets } = await requestOn(receipt, context)
        const attempts = await context.loaders.attempts.load({ invocationId: receipt.id, after: 0, size: receipt.maxAttempts })
        return (attempts ?? []).map((row) => ({ ...maskFailure(row, secrets), responseBody: maskOptional(row.responseBody, secrets) }))
      },
    }),
    callback: t.field({
      type: ReceiptCallback,
      nullable: true,
      description: 'Null before its end, and without a callbackUrl.',
      resolve: async (receipt, _, context) => {
        if (!receipt.callback) return null
        const { secrets } = await requestOn(receipt, context)
        return { ...receipt.callback, secrets }
      },
    }),
    approval: t.field({
      type: ReceiptApproval,
      nullable: true,
      description: 'Null when it needed none.',
      resolve: ({ approval, action }) => approval && { ...approval, showDeciders: action.project.showDeciders },
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

const requests = new WeakMap<ReceiptShape, Promise<RequestShape>>()

/** Several fields need it, and its headers have to be opened. */
function requestOn(receipt: ReceiptShape, context: Context): Promise<RequestShape> {
  const known = requests.get(receipt) ?? requestOf(receipt, receipt.action, context)
  requests.set(receipt, known)
  return known
}

/** Whether nothing of it changes any more by itself. */
export const isSettled = ({ status, callback }: ReceiptShape): boolean => isFinal(status) && callback?.status !== 'PENDING'

/** The address that shows the receipt of a run. */
export const receiptUrl = ({ id, receipt }: Pick<ReceiptShape, 'id' | 'receipt'>, _: unknown, { publicUrl, receipts }: Context): string =>
  `${publicUrl}/r/${receipts.seal(id, versionOf(receipt))}`

/**
 * The run behind a receipt token; undefined when there is none, or none any more, however the token is wrong.
 * @throws DocketError RATE_LIMITED after 60 such misses in a minute from one address
 */
export async function findReceipt(context: Context, token: string): Promise<ReceiptShape | undefined> {
  if (context.receiptMisses.spent(context.ip)) {
    throw new DocketError('RATE_LIMITED', 'Too many unknown receipts were asked for from this address. Try again in a minute.')
  }
  const address = context.receipts.open(token)
  const found = address && (await readReceipt(context, address))
  if (!found) context.receiptMisses.take(context.ip)
  return found
}

/**
 * What an address shows now; undefined when it was revoked, renewed or has ended.
 * Subscribers that ask in the same tick share one read.
 */
export async function readReceipt({ loaders, db }: Context, { invocationId, version }: ReceiptAddress): Promise<ReceiptShape | undefined> {
  const run = (await loaders.invocation.load({ id: invocationId, query: SHOWN })) as ReceiptShape | undefined
  return run && isReceiptOpen(run, version, db.skew.now()) ? run : undefined
}

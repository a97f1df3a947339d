import { type Blocker as BlockerShape, blockersOf } from '../domain/blockers.ts'
import { parseId, publicId } from '../domain/ids.ts'
import { isFinal } from '../domain/lifecycle.ts'
import { recordOf } from '../domain/record.ts'
import { statusText } from '../domain/status-text.ts'
import type { Invocation as InvocationRow } from '../store/generated/prisma/client.ts'
import { Action } from './action.ts'
import { Actor } from './actor.ts'
import { allowedOperations } from './allowed-operations.ts'
import { AttemptConnection, failureOf, InvocationError } from './attempt.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { numberAfter, sealCursor } from './cursor.ts'
import { BlockerCode, InvocationOperation, InvocationStatus, StatusReason, Trigger } from './enums.ts'
import { BODY_MASKED, maskOptional } from './mask-body.ts'
import { Node, registerNode } from './node.ts'
import { pageOf, pageSize } from './page.ts'
import { RequestView, requestOf } from './request.ts'

export const Record = builder.objectRef<{ type: string; id: string }>('Record').implement({
  fields: (t) => ({ type: t.exposeString('type'), id: t.exposeString('id') }),
})

const Blocker = builder.objectRef<BlockerShape>('Blocker').implement({
  description: 'One reason why an invocation does not run now.',
  fields: (t) => ({
    code: t.expose('code', { type: BlockerCode }),
    message: t.exposeString('message'),
    until: t.expose('until', { type: 'DateTime', nullable: true, description: 'When it ends by itself; null when nobody can say.' }),
    remedy: t.exposeString('remedy', { nullable: true, description: 'What a person can do about it.' }),
  }),
})

export const Invocation = builder.prismaObject('Invocation', {
  interfaces: [Node],
  description: 'One run of one action, recorded whether or not it was sent.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('invocation', id) }),
    action: t.relation('action', { type: Action }),
    status: t.expose('status', { type: InvocationStatus }),
    statusReason: t.expose('statusReason', { type: StatusReason, nullable: true }),
    statusText: t.string({ nullable: true, description: 'Why it was MISSED or CANCELLED, in words.', resolve: statusText }),
    missedCount: t.exposeInt('missedCount', {
      nullable: true,
      description: 'On the one row that stands for occurrences which were missed and got no row of their own: how many.',
    }),
    whyNotRunning: t.field({
      type: [Blocker],
      description: 'What it waits for, first what takes a person to decide. Empty while it runs and after its end.',
      resolve: async ({ id, status, finishedAt }, _, { loaders }) => {
        const waiting = status === 'RUNNING' || finishedAt ? undefined : await loaders.waiting.load(id)
        return waiting ? blockersOf(waiting) : []
      },
    }),
    trigger: t.expose('trigger', { type: Trigger }),
    scheduledFor: t.expose('scheduledFor', { type: 'DateTime', nullable: true }),
    runAt: t.expose('runAt', { type: 'DateTime' }),
    startedAt: t.expose('startedAt', { type: 'DateTime', nullable: true }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    durationMs: t.int({ nullable: true, resolve: durationMs }),
    attemptCount: t.exposeInt('attemptCount'),
    maxAttempts: t.exposeInt('maxAttempts'),
    retriesRemaining: t.int({ nullable: true, resolve: retriesRemaining }),
    nextRetryAt: t.field({ type: 'DateTime', nullable: true, resolve: nextRetryAt }),
    nextRetryInSeconds: t.int({
      nullable: true,
      resolve: ({ status, runAt }, _, { db }) =>
        status === 'RETRYING' ? Math.max(0, Math.ceil((runAt.getTime() - db.skew.now()) / 1000)) : null,
    }),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    responseBody: t.string({
      nullable: true,
      description: BODY_MASKED,
      resolve: async ({ id }, _, { loaders }) => maskOptional(await loaders.lastResponseBody.load(id)),
    }),
    error: t.field({
      type: InvocationError,
      nullable: true,
      resolve: (invocation, _, { loaders }) => failureOf(invocation, () => loaders.lastResponseBody.load(invocation.id)),
    }),
    request: t.field({
      type: RequestView,
      select: { action: { include: { service: true } } },
      resolve: (invocation, _, context) => requestOf(invocation, invocation.action, context),
    }),
    attempts: t.field({
      type: AttemptConnection,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async ({ id }, { first, after }, { loaders }) => {
        const size = pageSize(first)
        const rows = await loaders.attempts.load({ invocationId: id, after: numberAfter(after), size })
        return pageOf(rows ?? [], size, after, ({ number }) => sealCursor('attempts', String(number)))
      },
    }),
    actor: t.field({ type: Actor, resolve: ({ actorKind, actorId }) => ({ kind: actorKind, id: actorId }) }),
    record: t.field({
      type: Record,
      nullable: true,
      resolve: recordOf,
    }),
    requestDigest: t.string({
      description: 'SHA-256 of the request as it is sent, or would be now (RFC 8785). An approval is bound to one.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.requestDigest.load(id))!,
    }),
    allowedOperations: t.field({
      type: [InvocationOperation],
      description: 'What you may do with it now.',
      select: { action: true },
      resolve: (invocation, _, context) => allowedOperations(invocation, context),
    }),
    retryOf: t.relation('retryOf', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
  }),
})

builder.queryField('invocation', (t) =>
  t.prismaField({
    type: Invocation,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) => {
      const projectId = projectOf(context)
      const known = parseId(id)
      return known?.noun === 'invocation'
        ? context.db.prisma.invocation.findFirst({ ...query, where: { projectId, id: known.uuid } })
        : null
    },
  }),
)

registerNode('invocation', 'Invocation', ({ db }, projectId, ids, query) =>
  db.prisma.invocation.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

/** From the first request to the final state, ms. */
export function durationMs({ startedAt, finishedAt }: Pick<InvocationRow, 'startedAt' | 'finishedAt'>): number | null {
  return startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : null
}

/** When the next attempt is due; only between attempts. */
export const nextRetryAt = ({ status, runAt }: Pick<InvocationRow, 'status' | 'runAt'>): Date | null =>
  status === 'RETRYING' ? runAt : null

/** Null when it is never tried again: final, or not retryable. */
function retriesRemaining({ status, attemptCount, maxAttempts }: InvocationRow): number | null {
  return isFinal(status) || maxAttempts === 1 ? null : maxAttempts - attemptCount
}

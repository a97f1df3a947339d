import { retryCallback } from '../commands/retry-callback.ts'
import { publicId } from '../domain/ids.ts'
import { maskHeaders } from '../domain/mask.ts'
import { AttemptPhases, failureOf, InvocationError, phasesOf } from './attempt.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { numberAfter, sealCursor } from './cursor.ts'
import { AttemptPhase, CallbackStatus } from './enums.ts'
import { Invocation } from './invocation.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

interface CallbackFailure {
  errorCode: string | null
  errorMessage: string | null
  responseCode: number | null
}

/** As for attempts of runs: who answered speaks as TARGET, and an attempt that a crash cut off is UNKNOWN. */
export function callbackErrorOf(row: CallbackFailure, responseBody: string | null) {
  const { errorCode, responseCode } = row
  const errorSource = errorCode && (errorCode === 'INTERRUPTED' ? 'UNKNOWN' : /^(HTTP_|REDIRECT$)/.test(errorCode) ? 'TARGET' : 'DISPATCH')
  return failureOf({ ...row, errorSource: errorSource || null, responseCode }, () => responseBody)
}

export const CallbackAttempt = builder.prismaObject('CallbackAttempt', {
  fields: (t) => ({
    number: t.exposeInt('number'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime' }),
    durationMs: t.exposeFloat('durationMs'),
    phases: t.field({ type: AttemptPhases, nullable: true, resolve: phasesOf }),
    failedPhase: t.expose('failedPhase', { type: AttemptPhase, nullable: true }),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    responseHeaders: t.field({
      type: 'JSON',
      nullable: true,
      description: 'Header values are masked unless the name is on the allow-list.',
      resolve: ({ responseHeaders }) => responseHeaders && maskHeaders(responseHeaders as never),
    }),
    responseBody: t.exposeString('responseBody', { nullable: true }),
    truncated: t.exposeBoolean('truncated', { description: 'The response was longer than the 64 KiB that are kept.' }),
    error: t.field({ type: InvocationError, nullable: true, resolve: (attempt) => callbackErrorOf(attempt, attempt.responseBody) }),
  }),
})

const CallbackAttemptConnection = connectionOf('CallbackAttempt', CallbackAttempt)

const Callback = builder.prismaObject('Callback', {
  description: 'The final invocation, sent to the callbackUrl of its action. What becomes of it does not change the invocation.',
  fields: (t) => ({
    id: t.id({
      description: 'Its `webhook-id`, the same on every attempt.',
      resolve: ({ invocationId }) => publicId('callback', invocationId),
    }),
    url: t.exposeString('url'),
    status: t.expose('status', { type: CallbackStatus }),
    attemptCount: t.exposeInt('attemptCount'),
    maxAttempts: t.exposeInt('maxAttempts'),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Null at its end and while an attempt is under way.',
      resolve: ({ status, leaseOwner, runAt }) => (status === 'PENDING' && leaseOwner === null ? runAt : null),
    }),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    error: t.field({
      type: InvocationError,
      nullable: true,
      description: 'Why its last attempt failed. Its body is with the attempt.',
      resolve: (callback) => callbackErrorOf(callback, null),
    }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
    attempts: t.field({
      type: CallbackAttemptConnection,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async ({ invocationId }, { first, after }, { loaders }) => {
        const size = pageSize(first)
        const rows = await loaders.callbackAttempts.load({ invocationId, after: numberAfter(after), size })
        return pageOf(rows ?? [], size, after, ({ number }) => sealCursor('attempts', String(number)))
      },
    }),
  }),
})

builder.prismaObjectField(Invocation, 'callback', (t) =>
  t.relation('callback', { type: Callback, nullable: true, description: 'Null before its end, and without a callbackUrl.' }),
)

builder.mutationField('retryCallback', (t) =>
  t.prismaField({
    type: Invocation,
    description: 'Sends a callback that FAILED again, with as many attempts as the first time.',
    args: { invocationId: t.arg.id({ required: true }) },
    resolve: async (query, _, { invocationId }, context) => {
      const { id } = await retryCallback(commandContext(context), invocationId)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
)

import { retryCallback } from '../commands/retry-callback.ts'
import { publicId } from '../domain/ids.ts'
import { maskUrl } from '../domain/mask.ts'
import { failureOf, InvocationError } from './attempt.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { numberAfter, sealCursor } from './cursor.ts'
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
    error: t.field({ type: InvocationError, nullable: true, resolve: (attempt) => callbackErrorOf(attempt, attempt.responseBody) }),
  }),
})

const CallbackAttemptConnection = connectionOf('CallbackAttempt', CallbackAttempt)

export const Callback = builder.prismaObject('Callback', {
  description: 'The final invocation, sent to the callbackUrl of its action. What becomes of it does not change the invocation.',
  fields: (t) => ({
    id: t.id({
      description: 'Its `webhook-id`, the same on every attempt.',
      resolve: ({ invocationId }) => publicId('callback', invocationId),
    }),
    url: t.string({ resolve: ({ url }) => maskUrl(url) }),
    error: t.field({
      type: InvocationError,
      nullable: true,
      description: 'Why its last attempt failed. Its body is with the attempt.',
      resolve: (callback) => callbackErrorOf(callback, null),
    }),
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

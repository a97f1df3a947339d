import { maskUrl } from '../domain/mask.ts'
import type { Callback, CallbackAttempt as CallbackAttemptRow } from '../store/generated/prisma/client.ts'
import { InvocationError } from './attempt.ts'
import { builder } from './builder.ts'
import { CallbackAttempt, callbackErrorOf } from './callback.ts'
import { maskFailure, maskOptional } from './mask-body.ts'

/** A callback as strangers may see it. */
export type ReceiptCallbackShape = Callback & {
  /** Values of the request's masked headers, for masking them where else they show. */
  secrets: readonly string[]
}

export const ReceiptCallback = builder.objectRef<ReceiptCallbackShape>('ReceiptCallback').implement({
  description: 'The final invocation, sent to the callbackUrl of its action.',
  fields: (t) => ({
    url: t.string({ resolve: ({ url, secrets }) => maskUrl(url, secrets) }),
    error: t.field({
      type: InvocationError,
      nullable: true,
      resolve: (callback) => callbackErrorOf(maskFailure(callback, callback.secrets), null),
    }),
    attempts: t.field({
      type: [CallbackAttempt],
      resolve: async ({ invocationId, attemptCount, secrets }, _, { loaders }) => {
        const rows = await loaders.callbackAttempts.load({ invocationId, after: 0, size: attemptCount })
        return (rows ?? []).map((row) => maskedAttempt(row, secrets))
      },
    }),
  }),
})

const maskedAttempt = (row: CallbackAttemptRow, secrets: readonly string[]): CallbackAttemptRow => ({
  ...maskFailure(row, secrets),
  responseBody: maskOptional(row.responseBody, secrets),
})

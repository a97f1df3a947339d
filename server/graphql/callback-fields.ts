import { builder } from './builder.ts'
import { Callback } from './callback.ts'
import { CallbackStatus } from './enums.ts'
import { ReceiptCallback } from './receipt-callback.ts'

/** What a callback tells to members and to strangers alike. */
for (const type of [Callback, ReceiptCallback]) {
  builder.objectFields(type, (t) => ({
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
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true }),
  }))
}

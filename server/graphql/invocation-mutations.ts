import type { ItemResult } from '../commands/batch.ts'
import { cancel } from '../commands/cancel.ts'
import { invokeNow } from '../commands/invoke-now.ts'
import { retry } from '../commands/retry.ts'
import { runAt } from '../commands/run-at.ts'
import { send } from '../commands/send.ts'
import { sendMany } from '../commands/send-many.ts'
import { skipNext } from '../commands/skip-next.ts'
import { noteRefusedItems } from './audit-refusals.ts'
import { builder } from './builder.ts'
import { type Context, commandContext, viewerOf } from './context.ts'
import { DedupeMode, HttpMethod } from './enums.ts'
import { ItemError, itemErrorOf } from './errors.ts'
import { Invocation } from './invocation.ts'
import { RetryInput } from './retry-plan.ts'

const RecordInput = builder.inputType('RecordInput', {
  fields: (t) => ({ type: t.string({ required: true }), id: t.string({ required: true }) }),
})

const DedupeInput = builder.inputType('DedupeInput', {
  description: 'Makes one run of requests that mean the same.',
  fields: (t) => ({
    key: t.string({ required: true, description: '1 to 255 printable characters.' }),
    mode: t.field({ type: DedupeMode, description: 'Default KEEP_FIRST.' }),
    windowSeconds: t.int({
      description: 'How long after the first one, 1 to 2,592,000. Default 86,400 for KEEP_FIRST, 5 for REPLACE_PENDING.',
    }),
  }),
})

const ONCE =
  'Names this very request for 24 hours: asked for again under it, it is answered and not done again. 1 to 255 printable characters.'
const WAIT = 'Answers when the run has ended or after this time, 0 to 120; default 0.'

const SendInput = builder.inputType('SendInput', {
  description: 'A single HTTP request, now or at a time.',
  fields: (t) => ({
    name: t.string(),
    serviceId: t.id(),
    path: t.string(),
    url: t.string(),
    method: t.field({ type: HttpMethod }),
    headers: t.field({ type: 'JSON' }),
    body: t.field({ type: 'JSON' }),
    timeoutSeconds: t.int(),
    scheduledAt: t.field({ type: 'DateTime', description: 'Absent = now.' }),
    retryable: t.boolean(),
    retry: t.field({ type: RetryInput }),
    callbackUrl: t.string(),
    concurrencyKey: t.string(),
    deleteAfterCompletion: t.boolean({ description: 'Deletes the action that this makes when its run has ended.' }),
    record: t.field({ type: RecordInput }),
    tags: t.stringList(),
    idempotencyKey: t.string({ description: ONCE }),
    dedupe: t.field({ type: DedupeInput, description: 'Its key counts among all requests that are sent.' }),
    waitSeconds: t.int({ description: WAIT }),
  }),
})

const SendResult = builder.objectRef<ItemResult>('SendResult').implement({
  fields: (t) => ({
    invocation: t.prismaField({
      type: Invocation,
      nullable: true,
      resolve: (query, item, _, { loaders }) => ('id' in item ? loaders.invocation.load({ id: item.id, query }) : null),
    }),
    error: t.field({ type: ItemError, nullable: true, resolve: itemErrorOf }),
  }),
})

builder.mutationFields((t) => ({
  send: t.prismaField({
    type: Invocation,
    args: { input: t.arg({ type: SendInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id } = await waitFor(context, input.waitSeconds, () => send(commandContext(context), input))
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  sendMany: t.field({
    type: [SendResult],
    description: 'Up to 1,000 in one transaction; a result or an error per item.',
    args: { inputs: t.arg({ type: [SendInput], required: true }) },
    resolve: async (_, { inputs }, context) =>
      noteRefusedItems(context, 'sendMany', inputs, await sendMany(commandContext(context), inputs)),
  }),
  invokeNow: t.prismaField({
    type: Invocation,
    args: {
      actionId: t.arg.id({ required: true }),
      input: t.arg({ type: 'JSON' }),
      record: t.arg({ type: RecordInput }),
      idempotencyKey: t.arg.string({ description: ONCE }),
      dedupe: t.arg({ type: DedupeInput, description: 'Its key counts within the action.' }),
      waitSeconds: t.arg.int({ description: WAIT }),
      breakGlassReason: t.arg.string({
        description:
          'Runs it without the approval that is wanted, for a member whose role may break the glass: why, in 10 to 1,000 characters. It is on record.',
      }),
    },
    resolve: async (query, _, { actionId, ...given }, context) => {
      const { id } = await waitFor(context, given.waitSeconds, () => invokeNow(commandContext(context), actionId, given))
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  runAt: t.prismaField({
    type: Invocation,
    description: 'Adds one run at a time of its own, beside the schedule.',
    args: { actionId: t.arg.id({ required: true }), at: t.arg({ type: 'DateTime', required: true }) },
    resolve: async (query, _, { actionId, at }, context) => {
      const { id } = await runAt(commandContext(context), actionId, at)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  skipNext: t.prismaField({
    type: Invocation,
    description: 'Takes the next run out of the schedule: gives the invocation that is CANCELLED by it.',
    args: { actionId: t.arg.id({ required: true }) },
    resolve: async (query, _, { actionId }, context) => {
      const { id } = await skipNext(commandContext(context), actionId)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  cancel: t.prismaField({
    type: Invocation,
    args: { invocationId: t.arg.id({ required: true }) },
    resolve: async (query, _, { invocationId }, context) => {
      const { id } = await cancel(commandContext(context), invocationId)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  retry: t.prismaField({
    type: Invocation,
    args: {
      invocationId: t.arg.id({ required: true }),
      body: t.arg({ type: 'JSON', description: 'Sent instead of what was sent before; absent or null leave it as it was.' }),
      idempotencyKey: t.arg.string({ description: ONCE }),
    },
    resolve: async (query, _, { invocationId, ...given }, context) => {
      const { id } = await retry(commandContext(context), invocationId, given)
      return context.db.prisma.invocation.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

/** Does `work` and waits for the end of its run, as long as the caller wants and is there. */
const waitFor = (context: Context, waitSeconds: number | null | undefined, work: () => Promise<{ id: string }>) =>
  context.waitingRoom.afterwards(
    waitSeconds,
    { projectId: viewerOf(context).projectId, gone: context.gone, pause: context.deadline?.pause },
    work,
  )

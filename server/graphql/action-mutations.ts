import type { ItemResult } from '../commands/batch.ts'
import { createAction } from '../commands/create-action.ts'
import { createActions } from '../commands/create-actions.ts'
import { deleteAction } from '../commands/delete-action.ts'
import { pause } from '../commands/pause.ts'
import { resume } from '../commands/resume.ts'
import { updateAction } from '../commands/update-action.ts'
import { publicId } from '../domain/ids.ts'
import { Action } from './action.ts'
import { ApprovalPolicyInput } from './approval-policy.ts'
import { noteRefusedItems } from './audit-refusals.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { CatchUp, HttpMethod, OverlapPolicy } from './enums.ts'
import { ItemError, itemErrorOf } from './errors.ts'
import { RetryInput } from './retry-plan.ts'
import { ScheduleInput } from './schedule.ts'

const TargetInput = builder.inputType('TargetInput', {
  fields: (t) => ({ serviceId: t.id(), path: t.string(), url: t.string() }),
})

const CreateActionInput = builder.inputType('CreateActionInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    key: t.string({ description: 'Upsert key: the same key updates instead of duplicating.' }),
    target: t.field({ type: TargetInput, required: true }),
    method: t.field({ type: HttpMethod }),
    headers: t.field({ type: 'JSON' }),
    body: t.field({ type: 'JSON' }),
    timeoutSeconds: t.int(),
    schedule: t.field({ type: ScheduleInput, description: 'None = ON_DEMAND.' }),
    retryable: t.boolean(),
    retry: t.field({ type: RetryInput }),
    callbackUrl: t.string({ description: 'Gets the final invocation as a signed POST.' }),
    concurrencyKey: t.string({ description: 'Runs of all actions with the same key share one limit.' }),
    approval: t.field({ type: ApprovalPolicyInput, description: 'What its runs need before they are sent; null = nothing.' }),
    overlapPolicy: t.field({ type: OverlapPolicy, description: 'Default SKIP.' }),
    catchUp: t.field({ type: CatchUp, description: 'Default LATEST.' }),
    catchUpWindowSeconds: t.int({ description: 'Default 300.' }),
    maxRuns: t.int({ description: 'Only for a recurring action; none = no limit.' }),
    deleteAfterCompletion: t.boolean({ description: 'Only for a one-time action.' }),
    recordType: t.string(),
    enabled: t.boolean(),
    tags: t.stringList(),
  }),
})

const UpdateActionInput = builder.inputType('UpdateActionInput', {
  description: 'An absent field stays as it is; null puts it back to its default.',
  fields: (t) => ({
    name: t.string(),
    target: t.field({ type: TargetInput }),
    method: t.field({ type: HttpMethod }),
    headers: t.field({ type: 'JSON' }),
    body: t.field({ type: 'JSON' }),
    timeoutSeconds: t.int(),
    schedule: t.field({ type: ScheduleInput }),
    retryable: t.boolean(),
    retry: t.field({ type: RetryInput }),
    callbackUrl: t.string({ description: 'Gets the final invocation as a signed POST.' }),
    concurrencyKey: t.string({ description: 'Runs of all actions with the same key share one limit.' }),
    approval: t.field({ type: ApprovalPolicyInput, description: 'What its runs need before they are sent; null = nothing.' }),
    overlapPolicy: t.field({ type: OverlapPolicy }),
    catchUp: t.field({ type: CatchUp }),
    catchUpWindowSeconds: t.int(),
    maxRuns: t.int(),
    deleteAfterCompletion: t.boolean(),
    recordType: t.string(),
    tags: t.stringList(),
  }),
})

const CreateActionResult = builder.objectRef<ItemResult>('CreateActionResult').implement({
  fields: (t) => ({
    action: t.prismaField({
      type: Action,
      nullable: true,
      resolve: (query, item, _, { loaders }) => ('id' in item ? loaders.action.load({ id: item.id, query }) : null),
    }),
    error: t.field({ type: ItemError, nullable: true, resolve: itemErrorOf }),
  }),
})

builder.mutationFields((t) => ({
  createAction: t.prismaField({
    type: Action,
    args: { input: t.arg({ type: CreateActionInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id } = await createAction(commandContext(context), input)
      return context.db.prisma.action.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  createActions: t.field({
    type: [CreateActionResult],
    description: 'Up to 1,000 in one transaction; a result or an error per item.',
    args: { inputs: t.arg({ type: [CreateActionInput], required: true }) },
    resolve: async (_, { inputs }, context) =>
      noteRefusedItems(context, 'createActions', inputs, await createActions(commandContext(context), inputs)),
  }),
  updateAction: t.prismaField({
    type: Action,
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateActionInput, required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await updateAction(commandContext(context), args.id, args.input)
      return context.db.prisma.action.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  deleteAction: t.id({
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, args, context) => publicId('action', (await deleteAction(commandContext(context), args.id)).id),
  }),
  pause: t.prismaField({
    type: Action,
    args: { actionId: t.arg.id({ required: true }), note: t.arg.string() },
    resolve: async (query, _, { actionId, note }, context) => {
      const { id } = await pause(commandContext(context), actionId, note)
      return context.db.prisma.action.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  resume: t.prismaField({
    type: Action,
    args: { actionId: t.arg.id({ required: true }), note: t.arg.string() },
    resolve: async (query, _, { actionId, note }, context) => {
      const { id } = await resume(commandContext(context), actionId, note)
      return context.db.prisma.action.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
}))

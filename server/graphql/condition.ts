import { type ConditionTrial as Trial, tryCondition } from '../commands/try-condition.ts'
import type { ConditionFault } from '../domain/condition-language.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { Invocation } from './invocation.ts'

const ConditionError = builder.objectRef<ConditionFault>('ConditionError').implement({
  fields: (t) => ({
    message: t.exposeString('message'),
    line: t.exposeInt('line', { description: 'From 1.' }),
    column: t.exposeInt('column', { description: 'From 1.' }),
  }),
})

const ConditionResult = builder.objectRef<Trial['results'][number]>('ConditionResult').implement({
  fields: (t) => ({
    invocation: t.prismaField({
      type: Invocation,
      resolve: async (query, { invocationId: id }, _, { loaders }) => (await loaders.invocation.load({ id, query }))!,
    }),
    value: t.exposeBoolean('value', { nullable: true }),
    error: t.exposeString('error', { nullable: true, description: 'Why it has no value for this run, which denies.' }),
  }),
})

const ConditionTrial = builder.objectRef<Trial>('ConditionTrial').implement({
  fields: (t) => ({
    error: t.expose('error', { type: ConditionError, nullable: true, description: 'Why it cannot be saved; nothing was tried then.' }),
    results: t.expose('results', { type: [ConditionResult], description: 'Newest first.' }),
    complete: t.exposeBoolean('complete', { description: 'False when it took too long to try it on all runs that were asked for.' }),
  }),
})

builder.queryField('tryCondition', (t) =>
  t.field({
    type: ConditionTrial,
    description: 'What a condition comes to on the newest runs, as whoever asked for them with the role that he has now.',
    args: {
      condition: t.arg.string({ required: true }),
      actionId: t.arg.id({ description: 'Only its runs.' }),
      last: t.arg.int({ description: '1 to 1,000, default 100.' }),
    },
    resolve: (_, { condition, actionId, last }, context) => tryCondition(commandContext(context), condition, { actionId, last }),
  }),
)

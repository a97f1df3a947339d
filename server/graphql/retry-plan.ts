import type { RetryPlan as RetryPlanShape } from '../domain/retry.ts'
import { builder } from './builder.ts'
import { RetryOn } from './enums.ts'

export const RetryPlan = builder.objectRef<RetryPlanShape & { maxAttempts: number }>('RetryPlan').implement({
  description: 'How retries are spaced and chosen.',
  fields: (t) => ({
    maxAttempts: t.exposeInt('maxAttempts', { description: 'Attempts in all.' }),
    backoffSeconds: t.exposeInt('backoffSeconds', { description: 'First pause between two attempts.' }),
    backoffFactor: t.exposeFloat('backoffFactor', { description: 'By this much the pause grows after each further failure.' }),
    maxBackoffSeconds: t.exposeInt('maxBackoffSeconds', { description: 'No pause is longer.' }),
    jitter: t.exposeFloat('jitter', { description: 'Each pause is moved by up to this part of itself either way.' }),
    delaysSeconds: t.intList({
      nullable: true,
      description: 'The pauses one by one, in place of the growing ones; the last one is repeated.',
      resolve: ({ delaysSeconds }) => delaysSeconds && [...delaysSeconds],
    }),
    retryOn: t.field({
      type: [RetryOn],
      description: 'The kinds of failure that are tried again.',
      resolve: ({ retryOn }) => [...retryOn],
    }),
  }),
})

export const RetryInput = builder.inputType('RetryInput', {
  fields: (t) => ({
    maxAttempts: t.int({ description: 'Attempts in all, 1 to 100. Default 3 for a retryable action.' }),
    backoffSeconds: t.int({ description: 'First pause. Default 20.' }),
    backoffFactor: t.float({ description: '1 to 10. Default 2.' }),
    maxBackoffSeconds: t.int({ description: 'Longest pause. Default 3,600.' }),
    jitter: t.float({ description: '0 to 1. Default 0.2.' }),
    delaysSeconds: t.intList({ description: 'The pauses one by one, in place of the growing ones.' }),
    retryOn: t.field({ type: [RetryOn], description: 'Default all.' }),
  }),
})

import type { APPROVAL_PRESETS, ApprovalPolicy as Policy } from '../domain/approval-policy.ts'
import { Action } from './action.ts'
import { builder } from './builder.ts'

export const ApprovalPreset = builder.enumType('ApprovalPreset', {
  values: {
    MANAGER: { description: 'One manager.' },
    TWO_PERSON: { description: 'Two managers, neither of whom asked for the run.' },
  } satisfies Record<(typeof APPROVAL_PRESETS)[number], object>,
})

const ApprovalStageInput = builder.inputType('ApprovalStageInput', {
  fields: (t) => ({
    role: t.string({ required: true, description: 'A level (it and higher ones), or the name or the id of a role (its members).' }),
    required: t.int({ description: 'How many people, 1 to 10; default 1.' }),
  }),
})

/** How a run of an action is approved. */
export const ApprovalPolicyInput = builder.inputType('ApprovalPolicyInput', {
  description: 'Either a preset or 1 to 5 stages, which are decided in turn.',
  fields: (t) => ({
    preset: t.field({ type: ApprovalPreset }),
    stages: t.field({ type: [ApprovalStageInput] }),
    expiresInSeconds: t.int({ description: '60 to 1,209,600; default 86,400.' }),
    forbidRequester: t.boolean({ description: 'Who asked for the run may not approve it. Default true.' }),
    condition: t.string({ description: 'CEL over actor, record, input and action: only runs for which it is true need approval.' }),
    remindAfterSeconds: t.int(),
    escalateAfterSeconds: t.int(),
    escalateTo: t.string({ description: 'A role that may decide too from then on.' }),
  }),
})

const PolicyStage = builder.objectRef<Policy['stages'][number]>('ApprovalPolicyStage').implement({
  fields: (t) => ({ role: t.exposeString('role'), required: t.exposeInt('required') }),
})

export const ApprovalPolicy = builder.objectRef<Policy>('ApprovalPolicy').implement({
  fields: (t) => ({
    preset: t.expose('preset', { type: ApprovalPreset, nullable: true }),
    stages: t.field({ type: [PolicyStage], resolve: ({ stages }) => [...stages] }),
    expiresInSeconds: t.exposeInt('expiresInSeconds'),
    forbidRequester: t.exposeBoolean('forbidRequester'),
    condition: t.exposeString('condition', { nullable: true }),
    remindAfterSeconds: t.exposeInt('remindAfterSeconds', { nullable: true }),
    escalateAfterSeconds: t.exposeInt('escalateAfterSeconds', { nullable: true }),
    escalateTo: t.string({ nullable: true, resolve: ({ escalateTo }) => escalateTo?.role }),
  }),
})

builder.prismaObjectField(Action, 'approval', (t) =>
  t.field({
    type: ApprovalPolicy,
    nullable: true,
    description: 'What its runs need before they are sent; null = nothing, unless the role of who asks demands it.',
    resolve: ({ approval }) => approval as unknown as Policy | null,
  }),
)

import { type PolicyDryRun as DryRun, policyDryRun } from '../commands/policy-dry-run.ts'
import type { PolicyVerdict as Verdict } from '../domain/policy-dry-run.ts'
import { ApprovalPolicyInput } from './approval-policy.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'
import { Invocation } from './invocation.ts'
import { PermissionRuleInput } from './permission.ts'

const PolicyVerdict = builder.enumType('PolicyVerdict', {
  values: {
    ALLOWED: { description: 'It would have been sent.' },
    HELD: { description: 'It would have waited for an approval.' },
    REFUSED: { description: 'It would not have been taken.' },
  } satisfies Record<Verdict, object>,
})

const PolicyDryRunRun = builder.objectRef<DryRun['runs'][number]>('PolicyDryRunRun').implement({
  fields: (t) => ({
    invocation: t.prismaField({
      type: Invocation,
      resolve: async (query, { invocationId: id }, _, { loaders }) => (await loaders.invocation.load({ id, query }))!,
    }),
    verdict: t.expose('verdict', { type: PolicyVerdict }),
    reason: t.exposeString('reason', { nullable: true, description: 'Null where no condition had to be asked.' }),
  }),
})

const PolicyDryRun = builder.objectRef<DryRun>('PolicyDryRun').implement({
  description: 'What a policy would have said of the newest runs. `looked` = `allowed` + `held` + `refused` + `skipped`.',
  fields: (t) => ({
    looked: t.exposeInt('looked'),
    allowed: t.exposeInt('allowed'),
    held: t.exposeInt('held'),
    refused: t.exposeInt('refused'),
    skipped: t.exposeInt('skipped', {
      description: 'Retries, missed runs and, unless an approval policy is tried, what schedules made: no role is asked about them.',
    }),
    complete: t.exposeBoolean('complete', { description: 'False when it took too long to look at all that was asked for.' }),
    runs: t.expose('runs', { type: [PolicyDryRunRun], description: 'Newest first, without those that were skipped.' }),
  }),
})

const PolicyDryRunInput = builder.inputType('PolicyDryRunInput', {
  description: 'A role, an approval policy, or both.',
  fields: (t) => ({
    roleId: t.id({ description: 'As if whoever asked for the runs had this role.' }),
    actionId: t.id({ description: 'Only its runs. Default: all; then the rules are for every action that has no permission of its own.' }),
    trigger: t.field({ type: PermissionRuleInput, description: 'Default: as it is.' }),
    requireApproval: t.field({ type: PermissionRuleInput, description: 'Default: as it is.' }),
    approval: t.field({
      type: ApprovalPolicyInput,
      description: 'In place of that of the actions; null: none. Only its condition matters here.',
    }),
    last: t.int({ description: '1 to 1,000, default 100.' }),
  }),
})

builder.queryField('policyDryRun', (t) =>
  t.field({
    type: PolicyDryRun,
    description: 'Tries a policy on the newest runs. Standing grants are not looked at.',
    args: { input: t.arg({ type: PolicyDryRunInput, required: true }) },
    resolve: (_, { input }, context) => policyDryRun(commandContext(context), input),
  }),
)

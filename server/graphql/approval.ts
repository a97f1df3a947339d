import { progressOf } from '../domain/approval.ts'
import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import { parseId, publicId } from '../domain/ids.ts'
import type { RequestDifference as Difference } from '../domain/request-difference.ts'
import { Action } from './action.ts'
import { Actor } from './actor.ts'
import { mayDecide, whyNot } from './approval-rights.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { ApprovalDecision, ApprovalStatus, HttpMethod, VoidReason } from './enums.ts'
import { Invocation } from './invocation.ts'
import { Member } from './member.ts'
import { Node, registerNode } from './node.ts'

interface StageShape {
  role: string
  required: number
  approvedCount: number
  current: boolean
}

export const ApprovalStage = builder.objectRef<StageShape>('ApprovalStage').implement({
  fields: (t) => ({
    role: t.exposeString('role', { description: 'A level, which means it and higher ones, or the name of a custom role.' }),
    required: t.exposeInt('required'),
    approvedCount: t.exposeInt('approvedCount'),
    current: t.exposeBoolean('current', { description: 'It is being decided now.' }),
  }),
})

export const ApprovalVote = builder.prismaObject('ApprovalVote', {
  description: 'What one person decided.',
  fields: (t) => ({
    member: t.relation('user', { type: Member }),
    stage: t.exposeInt('stage', { description: 'Index of the stage.' }),
    decision: t.expose('decision', { type: ApprovalDecision }),
    comment: t.exposeString('comment', { nullable: true }),
    digest: t.exposeString('digest', { description: 'Of the request that was decided about.' }),
    at: t.expose('at', { type: 'DateTime' }),
    voidedAt: t.expose('voidedAt', { type: 'DateTime', nullable: true }),
    voidReason: t.field({ type: VoidReason, nullable: true, resolve: ({ voidReason }) => voidReason as 'EDITED' | 'ROLE' | null }),
  }),
})

const HeaderDifference = builder.objectRef<Difference['headers'][number]>('HeaderDifference').implement({
  fields: (t) => ({
    name: t.exposeString('name'),
    before: t.exposeString('before', { nullable: true, description: 'Masked unless the name is on the allow-list; null = not there.' }),
    after: t.exposeString('after', { nullable: true }),
  }),
})

export const RequestDifference = builder.objectRef<Difference>('RequestDifference').implement({
  description: 'What has changed of a request since its approval was asked for. Masked as every request is.',
  fields: (t) => ({
    methodBefore: t.expose('methodBefore', { type: HttpMethod }),
    methodAfter: t.expose('methodAfter', { type: HttpMethod }),
    urlBefore: t.exposeString('urlBefore'),
    urlAfter: t.exposeString('urlAfter'),
    headers: t.field({ type: [HeaderDifference], description: 'Those that differ.', resolve: ({ headers }) => [...headers] }),
    bodyBefore: t.exposeString('bodyBefore', { nullable: true }),
    bodyAfter: t.exposeString('bodyAfter', { nullable: true }),
  }),
})

export const Approval = builder.prismaObject('Approval', {
  interfaces: [Node],
  description: 'The decision that an invocation waits for, or waited for.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('approval', id) }),
    invocation: t.relation('invocation', { type: Invocation }),
    action: t.field({
      type: Action,
      resolve: async ({ actionId }, _, { loaders }) => (await loaders.action.load({ id: actionId, query: {} }))!,
    }),
    status: t.expose('status', { type: ApprovalStatus }),
    stages: t.field({
      type: [ApprovalStage],
      select: { votes: { where: { voidedAt: null } } },
      resolve: ({ policy, votes, status }) => stagesOf(policy as unknown as ApprovalPolicy, votes, status),
    }),
    digest: t.exposeString('digest', { description: 'SHA-256 of the exact request (RFC 8785) that is to be approved.' }),
    requester: t.field({ type: Actor, resolve: ({ requesterKind, requesterId }) => ({ kind: requesterKind, id: requesterId }) }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Undecided by then, it is cancelled.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true }),
    escalatedAt: t.expose('escalatedAt', { type: 'DateTime', nullable: true }),
    notifiedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the first notice of it was delivered.',
      resolve: ({ id }, _, { loaders }) => loaders.notifiedAt.load(id),
    }),
    votes: t.relation('votes', { query: { orderBy: { at: 'asc' } } }),
    difference: t.field({
      type: RequestDifference,
      nullable: true,
      description: 'Null while the request is the one that was asked for.',
      resolve: ({ id }, _, { loaders }) => loaders.requestDifference.load(id),
    }),
    breakGlassReason: t.exposeString('breakGlassReason', {
      nullable: true,
      description: 'Someone ran it without the approval that was wanted, for this reason.',
    }),
    mayDecide: t.boolean({
      description: 'Whether you may approve or reject it now.',
      resolve: (approval, _, context) => mayDecide(approval, context),
    }),
    whyNot: t.string({
      nullable: true,
      description: 'Why you may not, in words.',
      resolve: (approval, _, context) => whyNot(approval, context),
    }),
  }),
})

builder.queryField('approval', (t) =>
  t.prismaField({
    type: Approval,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: (query, _, { id }, context) => {
      const projectId = projectOf(context)
      const known = parseId(id)
      return known?.noun === 'approval' ? context.db.prisma.approval.findFirst({ ...query, where: { projectId, id: known.uuid } }) : null
    },
  }),
)

registerNode('approval', 'Approval', ({ db }, projectId, ids, query) =>
  db.prisma.approval.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

/** The stages of a policy with how far they have come. */
export function stagesOf(
  { stages }: Pick<ApprovalPolicy, 'stages'>,
  votes: readonly { userId: string; stage: number; decision: 'APPROVE' | 'REJECT' }[],
  status: string,
): StageShape[] {
  const { counts, stage } = progressOf(stages, votes)
  return stages.map(({ role, required }, index) => ({
    role,
    required,
    approvedCount: counts[index]!,
    current: status === 'PENDING' && index === stage,
  }))
}

builder.prismaObjectFields(Invocation, (t) => ({
  approval: t.relation('approval', { type: Approval, nullable: true, description: 'Null when it needs none.' }),
  breakGlass: t.boolean({
    description: 'Someone ran it without the approval that was wanted; `approval` says why.',
    select: { approval: { select: { breakGlassReason: true } } },
    resolve: ({ approval }) => approval?.breakGlassReason != null,
  }),
}))

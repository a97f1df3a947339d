import type { ApprovalPolicy } from '../domain/approval-policy.ts'
import type { Approval, ApprovalVote } from '../store/generated/prisma/client.ts'
import { ApprovalStage, stagesOf } from './approval.ts'
import { builder } from './builder.ts'
import { ApprovalDecision, ApprovalStatus } from './enums.ts'

/** An approval as strangers may see it. */
export type ReceiptApprovalShape = Approval & {
  votes: (ApprovalVote & { user: { name: string } })[]
  /** Of the project: strangers may know who decided. */
  showDeciders: boolean
}

interface Vote {
  decision: 'APPROVE' | 'REJECT'
  at: Date
  voided: boolean
  name: string | null
}

const ReceiptVote = builder.objectRef<Vote>('ReceiptVote').implement({
  fields: (t) => ({
    decision: t.expose('decision', { type: ApprovalDecision }),
    at: t.expose('at', { type: 'DateTime' }),
    voided: t.exposeBoolean('voided', { description: 'It no longer counts: the request was edited, or the voter may no longer approve.' }),
    name: t.exposeString('name', { nullable: true, description: 'Only where the project shows who decided.' }),
  }),
})

export const ReceiptApproval = builder.objectRef<ReceiptApprovalShape>('ReceiptApproval').implement({
  description: 'What came of an approval. Who decided is left out unless the project shows it; what they said always is.',
  fields: (t) => ({
    status: t.expose('status', { type: ApprovalStatus }),
    stages: t.field({
      type: [ApprovalStage],
      resolve: ({ policy, votes, status }) =>
        stagesOf(
          policy as unknown as ApprovalPolicy,
          votes.filter(({ voidedAt }) => voidedAt === null),
          status,
        ),
    }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', nullable: true }),
    breakGlass: t.boolean({
      description: 'Someone ran it without the approval that was wanted.',
      resolve: ({ breakGlassReason }) => breakGlassReason !== null,
    }),
    byGrant: t.boolean({ description: 'It was approved in advance.', resolve: ({ grantIds }) => grantIds.length > 0 }),
    votes: t.field({
      type: [ReceiptVote],
      resolve: ({ votes, showDeciders }) =>
        votes.map(({ decision, at, voidedAt, user }) => ({
          decision,
          at,
          voided: voidedAt !== null,
          name: showDeciders ? user.name : null,
        })),
    }),
  }),
})

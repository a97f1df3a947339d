import type { ApprovalDetailFragment, ReceiptApprovalViewFragment } from '../../../sdk/generated/operations.ts'

/** What the page of a run and its public receipt both show of its approval; who decided only where that is told. */
export type ShownApproval = ReceiptApprovalViewFragment

export const shownApproval = (approval: ApprovalDetailFragment): ShownApproval => ({
  ...approval,
  breakGlass: approval.breakGlassReason !== null,
  byGrant: approval.usedGrants.length > 0,
  votes: approval.votes.map(({ member, decision, at, voidedAt }) => ({ decision, at, voided: voidedAt !== null, name: member.name })),
})

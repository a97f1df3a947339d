import {
  ApprovalDocument,
  type ApprovalFilter,
  ApprovalsDocument,
  ApproveDocument,
  type ApproveMutationVariables,
  RejectDocument,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.approvals`: the decisions that runs wait for. */
export function approvalCalls(request: Request) {
  return {
    /** With the run and the exact request it is about. Null when there is none with this id. */
    get: async (id: string) => (await request(ApprovalDocument, { id })).approval,
    /** Newest first. */
    list: async (options: PageOptions & { filter?: ApprovalFilter } = {}) => toPage((await request(ApprovalsDocument, options)).approvals),
    /**
     * Approves a run; for people only. With the `digest` of the request that was looked at it throws `APPROVAL_VOID` when that is another one
     * by now; without it the request is approved as it is at that moment. Gives the invocation, which still waits when more people have to agree.
     */
    approve: async (invocationId: string, options: Omit<ApproveMutationVariables, 'invocationId'> = {}) =>
      (await request(ApproveDocument, { invocationId, ...options })).approve,
    /** One is enough: the run is cancelled. For people only. */
    reject: async (invocationId: string, comment?: string) => (await request(RejectDocument, { invocationId, comment })).reject,
  }
}

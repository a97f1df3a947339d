import { differenceOf, type RequestDifference } from '../domain/request-difference.ts'
import { openHeaders } from '../store/action-headers.ts'
import { whyNotDecideEach } from '../store/approval-rights.ts'
import { digestOfRun, readApprovableRuns } from '../store/approval-run.ts'
import { readApprovals } from '../store/approval-votes.ts'
import { type AskedRequest, readAskedRequests } from '../store/asked-requests.ts'
import type { Database } from '../store/database.ts'
import type { Approval, ApprovalGrant } from '../store/generated/prisma/client.ts'
import { batched, byKey, grouped } from './gather.ts'

/** The loaders of approvals (see loaders.ts). */
export function createApprovalLoaders({ prisma, pool, vault }: Pick<Database, 'prisma' | 'pool' | 'vault'>) {
  return {
    /** The approval of a run. */
    approvalOf: grouped(
      (key: { id: string; query: object }) => [JSON.stringify(key.query), key.id],
      async (keys): Promise<Map<string, Approval>> => {
        const rows = await prisma.approval.findMany({ ...keys[0]!.query, where: { invocationId: { in: keys.map(({ id }) => id) } } })
        return byKey(rows, ({ invocationId }) => invocationId)
      },
    ),
    grant: batched(async (ids): Promise<Map<string, ApprovalGrant>> => {
      const rows = await prisma.approvalGrant.findMany({ where: { id: { in: [...ids] } } })
      return byKey(rows, ({ id }) => id)
    }),
    /** Why a person may not decide about a run; absent when they may. */
    whyNotDecide: grouped(
      (key: { projectId: string; userId: string; invocationId: string }) => [`${key.projectId} ${key.userId}`, key.invocationId],
      (keys) => whyNotDecideEach(pool, { ...keys[0]!, invocationIds: keys.map(({ invocationId }) => invocationId) }),
    ),
    /** Digest of what a run sends, or would send now. */
    requestDigest: batched(async (ids) => {
      const [runs, approvals] = await Promise.all([readApprovableRuns(pool, ids, { hold: false }), readApprovals(pool, ids)])
      return new Map([...runs].map(([id, run]) => [id, digestOfRun(vault, run, approvals.get(id)?.policy.stages ?? null)]))
    }),
    /** What changed since an approval was asked for; absent for nothing. */
    requestDifference: batched(async (ids) => {
      const found = new Map<string, RequestDifference>()
      for (const { id, actionId, before, after } of await readAskedRequests(pool, ids)) {
        const open = ({ headers, ...request }: AskedRequest) => ({ ...request, headers: openHeaders(vault, actionId, headers) })
        const difference = differenceOf(open(before), open(after))
        if (difference) found.set(id, difference)
      }
      return found
    }),
    /** When the first notice of an approval was delivered. */
    notifiedAt: batched(async (ids) => {
      const rows = await prisma.notice.groupBy({
        by: ['approvalId'],
        where: { approvalId: { in: [...ids] }, status: 'SENT' },
        _min: { finishedAt: true },
      })
      return new Map(rows.map(({ approvalId, _min }) => [approvalId, _min.finishedAt]))
    }),
  }
}

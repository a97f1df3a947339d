import { SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import { voidVotes } from './approval-votes.ts'
import type { AuditAuthor, AuditNote } from './audited.ts'
import type { Database, Sql } from './database.ts'
import { endRun } from './end-run.ts'
import type { Refused } from './judge-guarded.ts'
import { voidEdited } from './void-approvals.ts'

/** Ends runs that may not be sent, or puts them back to those who decide, and notes why. They are held by this transaction. */
export async function refuseGuarded(
  sql: Sql,
  db: Pick<Database, 'vault'>,
  refused: readonly Refused[],
  note: (author: AuditAuthor, note: AuditNote) => void,
): Promise<void> {
  for (const run of refused) {
    const { id, projectId, actionId, approvalId, record, why, voters, stage } = run
    const back = why === 'EDITED' || why === 'VOTERS'
    // Noted below, with why.
    if (why === 'EDITED') await voidEdited(sql, db, { invocationIds: [id] }, null, () => {})
    else if (why === 'VOTERS') await voidVotes(sql, [{ approvalId: approvalId!, userIds: voters, stage }], 'ROLE')
    else if (why === 'LATE') await endRun(sql, id, 'MISSED', 'APPROVAL_LATE')
    else await endRun(sql, id, 'CANCELLED', 'REJECTED')
    note(
      { projectId, actor: SYSTEM },
      {
        verb: back ? 'approval.voided' : 'invocation.refused',
        object: { type: 'invocation', id: publicId('invocation', id) },
        actionId,
        invocationId: id,
        record,
        data: { why: SENTENCE[why], ...(voters.length > 0 && { voters: voters.map((voter) => publicId('user', voter)) }) },
        result: 'REFUSED',
        code: CODE[why],
      },
    )
  }
}

const SENTENCE: Readonly<Record<Refused['why'], string>> = {
  REQUESTER: 'Who asked for it may not run it any more.',
  DENIED: 'Its approval is not given.',
  LATE: 'It was approved too long after its time.',
  EDITED: 'The request is not the one that was approved.',
  VOTERS: 'People who approved it may not any more.',
}

const CODE: Readonly<Record<Refused['why'], string>> = {
  REQUESTER: 'FORBIDDEN',
  DENIED: 'APPROVAL_REQUIRED',
  LATE: 'APPROVAL_LATE',
  EDITED: 'APPROVAL_VOID',
  VOTERS: 'APPROVAL_VOID',
}

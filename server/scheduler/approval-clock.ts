import { SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import type { Log } from '../log.ts'
import { closeStrays, type DueApproval, holdDueApprovals, markEscalated, markReminded, nextApprovalDue } from '../store/approval-clock.ts'
import { type AuditAuthor, type AuditNote, auditedOn } from '../store/audited.ts'
import type { Database, Sql } from '../store/database.ts'
import { endApprovals } from '../store/end-approvals.ts'
import { tellApprovers } from '../store/notices.ts'
import { type Loop, startLoop } from './loop.ts'

export interface ApprovalClockOptions {
  db: Database
  log: Log
}

/** A clock that was set, and approvals that another server made, are noticed within this time. */
const LOOK_EVERY_MS = 250
/** What is due is held by someone else. */
const AGAIN_MS = 50
const LEAST_MS = 10
/** In one transaction. */
const TOGETHER = 100

/**
 * Ends approvals whose time is over, reminds people, and asks a second role: each at its instant. Any number of servers may do so at once; they
 * share the work. What waits longer than anyone cares for it ends CANCELLED(APPROVAL_EXPIRED).
 */
export function startApprovalClock({ db, log }: ApprovalClockOptions): Loop {
  const { pool } = db

  async function round(): Promise<number> {
    const ms = await nextApprovalDue(pool)
    if (ms > 0) return Math.min(LOOK_EVERY_MS, Math.ceil(ms))
    const held = await auditedOn(db, pool, async (sql, note) => {
      const due = await holdDueApprovals(sql, TOGETHER)
      await doWhatIsDue(sql, due, note)
      return due.length
    })
    if (held === 0) return AGAIN_MS
    db.signal.emit('events')
    return 0
  }

  return startLoop({ name: 'ending approvals and reminding of them', log, round, leastMs: LEAST_MS })
}

type Note = (author: AuditAuthor, note: AuditNote) => void

async function doWhatIsDue(sql: Sql, due: readonly DueApproval[], note: Note): Promise<void> {
  const waiting = due.filter(({ stray }) => !stray)
  const expired = waiting.filter((one) => one.expired)
  const open = waiting.filter((one) => !one.expired)
  const escalated = open.filter(({ escalate }) => escalate)
  const reminded = open.filter(({ remind }) => remind)
  if (waiting.length < due.length) {
    const strays = due.filter(({ stray }) => stray)
    await closeStrays(sql, idsOf(strays))
    noteAll(note, strays, { verb: 'approval.cancelled', after: { status: 'CANCELLED' } })
  }
  if (expired.length > 0) {
    const runs = expired.map(({ invocationId }) => invocationId)
    await endApprovals(sql, runs, 'EXPIRED')
    noteAll(note, expired, { verb: 'approval.expired', code: 'APPROVAL_EXPIRED' })
  }
  if (escalated.length > 0) {
    await markEscalated(sql, idsOf(escalated))
    await tellApprovers(sql, escalated, 'ESCALATED')
    noteAll(note, escalated, { verb: 'approval.escalated' })
  }
  if (reminded.length > 0) {
    await markReminded(sql, idsOf(reminded))
    await tellApprovers(sql, reminded, 'REMINDER')
    noteAll(note, reminded, { verb: 'approval.reminded' })
  }
}

const idsOf = (approvals: readonly DueApproval[]) => approvals.map(({ id }) => id)

function noteAll(note: Note, approvals: readonly DueApproval[], what: Pick<AuditNote, 'verb' | 'code' | 'after'>): void {
  for (const { id, projectId, actionId, invocationId, record } of approvals) {
    note(
      { projectId, actor: SYSTEM },
      { ...what, object: { type: 'approval', id: publicId('approval', id) }, actionId, invocationId, record },
    )
  }
}

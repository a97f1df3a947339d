import type { AuditEntry } from '../domain/audit-entry.ts'
import { publicId } from '../domain/ids.ts'
import { newId } from '../new-id.ts'
import { withEntries } from './audited.ts'
import type { Database } from './database.ts'
import { isUndone } from './is-undone.ts'
import { type Outcome, type SettledRun, settle, settleRuns, settleWithEntries } from './settle.ts'

/**
 * Records outcomes and notes each delivery in the audit, both or neither. What was fenced off leaves no entry. A process that dies before
 * the commit leaves neither: the lease runs out, and the attempt is recorded, and noted, as interrupted.
 *
 * As nearly always nothing is fenced off, the entries are made beforehand and go with the outcomes in one statement, which refuses all of them
 * otherwise; then it is done in two steps.
 *
 * @returns as `settle`
 */
export async function settleNoted(db: Pick<Database, 'engine' | 'audit'>, outcomes: readonly Outcome[]): Promise<Set<string>> {
  if (!db.audit) return settle(db.engine, outcomes)
  const entries = entriesOf(outcomes)
  if (!entries) return inTwoSteps(db, outcomes)
  await db.audit.ready()
  const placed = db.audit.place(entries)
  try {
    if (await settleWithEntries(db.engine, outcomes, placed.rows)) {
      placed.written()
      return new Set(outcomes.map(({ invocationId }) => invocationId))
    }
  } catch (error) {
    if (isUndone(error)) placed.unwritten()
    throw error
  }
  placed.unwritten()
  return inTwoSteps(db, outcomes)
}

/** Undefined when it is not known here of all of them whose runs they were. */
function entriesOf(outcomes: readonly Outcome[]): AuditEntry[] | undefined {
  const at = new Date().toISOString()
  const entries: AuditEntry[] = []
  for (const { invocationId, run, attempt, status, responseCode, errorCode } of outcomes) {
    if (!run) return undefined
    const { projectId, actionId, asked } = run
    const { actorKind, actorId, recordType, recordId } = asked
    entries.push(
      deliveryEntry(
        [invocationId, projectId, actionId, actorKind, actorId, recordType, recordId, attempt, status, responseCode, errorCode],
        at,
      ),
    )
  }
  return entries
}

/** First the outcomes, which tells whose they were and which count; then the entries. */
function inTwoSteps(db: Pick<Database, 'engine' | 'audit'>, outcomes: readonly Outcome[]): Promise<Set<string>> {
  return withEntries(db, db.engine, async (sql, add) => {
    const rows = await settleRuns(sql, outcomes)
    const at = new Date().toISOString()
    for (const row of rows) add(deliveryEntry(row, at))
    return new Set(rows.map(([id]) => id))
  })
}

/** Nothing of the request and the response but its code: the attempt has them, for as long as they are kept. `settleWithEntries` writes the same. */
function deliveryEntry(run: SettledRun, at: string): AuditEntry {
  const [id, projectId, actionId, actorKind, actorId, recordType, recordId, attempt, status, responseCode, errorCode] = run
  return {
    id: newId(),
    projectId,
    at,
    actorKind,
    actorId,
    actorName: null,
    onBehalfOf: null,
    verb: 'invocation.sent',
    objectType: 'invocation',
    objectId: publicId('invocation', id),
    actionId,
    invocationId: id,
    recordType,
    recordId,
    // In canonical form, as it stands.
    data: `{"attempt":${attempt},${responseCode === null ? '' : `"responseCode":${responseCode},`}"status":"${status}"}`,
    before: null,
    after: null,
    result: status === 'SUCCEEDED' ? 'DONE' : 'FAILED',
    code: errorCode,
    ip: null,
  }
}

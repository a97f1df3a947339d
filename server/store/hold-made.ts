import { type ApprovableRun, readApprovableRuns } from './approval-run.ts'
import { type HoldOutcome, holdForApproval, type NoteGranted, type RunToHold } from './approvals.ts'
import type { Database, Sql } from './database.ts'
import { accessOnce, requiresApprovalNow } from './judge-run.ts'

/**
 * Makes those runs wait that need an approval, of runs that the system has just made in someone's name, or that were `altered` since: by the
 * policies of their actions, or because that one's role demands it.
 */
export async function holdMade(
  sql: Sql,
  db: Pick<Database, 'vault'>,
  ids: readonly string[],
  note: NoteGranted,
  altered: Pick<RunToHold, 'alteredBy'> = {},
): Promise<Map<string, HoldOutcome>> {
  const runs = await readApprovableRuns(sql, ids, { hold: true })
  const readAccess = accessOnce(sql)
  const asked: RunToHold[] = []
  for (const run of runs.values())
    asked.push({ ...altered, id: run.id, requireApproval: isAlways(run) || (await requiresApprovalNow(sql, run, readAccess)) })
  return holdForApproval(sql, db, asked, note, runs)
}

/** Its action's policy demands one whatever the role says. */
const isAlways = ({ policy }: ApprovableRun): boolean => policy !== null && policy.condition === null

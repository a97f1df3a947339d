import { type HoldOutcome, holdForApproval } from './approvals.ts'
import type { Database, Sql } from './database.ts'
import { insertActions } from './insert-actions.ts'
import type { InsertedAction, NewAction } from './new-action.ts'

/** Whether its run may have to be approved: what is not can be stored by one statement. */
export const mayNeedApproval = ({ invocationId, spec, permitted }: NewAction): boolean =>
  invocationId !== null && (spec.approval !== null || permitted.requireApproval)

/**
 * Stores actions as insertActions, and makes those of their runs wait that need an approval. In a transaction. Gives what became of the
 * runs besides, by their UUID.
 */
export async function insertApprovable(
  sql: Sql,
  db: Pick<Database, 'vault'>,
  items: readonly NewAction[],
): Promise<{ stored: (InsertedAction | undefined)[]; outcomes: Map<string, HoldOutcome> }> {
  const stored = await insertActions(sql, items)
  const wanting = items.filter((item, index) => stored[index] && mayNeedApproval(item))
  const outcomes = await holdForApproval(
    sql,
    db,
    wanting.map(({ invocationId, permitted }) => ({ id: invocationId!, requireApproval: permitted.requireApproval })),
    // Nobody can have granted anything of an action that is only made now.
    () => {},
  )
  return { stored, outcomes }
}

import { checkTrigger } from '../commands/permitted.ts'
import { mayDo } from '../domain/access.ts'
import { DocketError } from '../domain/errors.ts'
import { REPEATABLE } from '../domain/lifecycle.ts'
import { recordOf } from '../domain/record.ts'
import type { Action, Invocation } from '../store/generated/prisma/client.ts'
import { mayDecide } from './approval-rights.ts'
import { type Context, commandContext, viewerOf } from './context.ts'
import type { InvocationOperation } from './enums.ts'

type Operation = typeof InvocationOperation.$inferType
type Run = Invocation & { action: Action }

/** What the viewer may do with a run now. */
export async function allowedOperations(run: Run, context: Context): Promise<Operation[]> {
  const { status, action } = run
  if (REPEATABLE.includes(status)) return action.deletedAt === null && (await mayTrigger(run, context)) ? ['RETRY'] : []
  const operations: Operation[] = []
  if (status === 'AWAITING_APPROVAL' && (await mayDecide({ invocationId: run.id }, context))) operations.push('APPROVE', 'REJECT')
  const waits = status === 'AWAITING_APPROVAL' || status === 'PENDING' || status === 'RETRYING'
  if (waits && mayDo(viewerOf(context).access, 'OPERATE')) operations.push('CANCEL')
  return operations
}

/** Asks the database only where a rule has a condition. */
async function mayTrigger(run: Run, context: Context): Promise<boolean> {
  try {
    await checkTrigger(commandContext(context), context.db.pool, { actionId: run.actionId, record: recordOf(run), input: run.input })
    return true
  } catch (error) {
    if (error instanceof DocketError) return false
    throw error
  }
}

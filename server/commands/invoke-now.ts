import { parseRecord } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import { parseBody } from '../domain/body.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { addRun } from '../store/add-run.ts'
import type { CommandContext } from './context.ts'

/** `input` (JSON) replaces the action's body in this run; `record` says which object it acts on. */
export interface InvokeNowArguments {
  input?: unknown
  record?: RecordInput | null
}

/**
 * Runs an action at once, beside its schedule, also while it is paused. Gives the UUID of the invocation.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `input` or `record`
 */
export async function invokeNow(
  ctx: CommandContext,
  actionId: string,
  { input, record }: InvokeNowArguments = {},
): Promise<{ id: string }> {
  const { db, projectId, actor } = ctx
  const id = internalId('action', actionId)
  const body = parseBody(input, 'input')
  const run = await addRun(db.pool, { projectId, actor, actionId: id, input: body, record: parseRecord(record), at: null })
  if (!run) throw await refusal(ctx, id)
  db.signal.emit('events')
  db.signal.emit('due')
  return { id: run }
}

async function refusal({ db, projectId }: CommandContext, id: string): Promise<DocketError> {
  const action = await db.prisma.action.findFirst({ where: { id, projectId, deletedAt: null }, select: { id: true } })
  return action
    ? new DocketError('BAD_USER_INPUT', 'This action sends GET requests, which have no body; leave input out.', 'input')
    : notFound('Action')
}

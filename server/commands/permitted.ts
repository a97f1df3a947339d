import { requireCapability } from '../domain/access.ts'
import type { ActionSpec } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import type { Permitted } from '../domain/permitted.ts'
import { recordOf } from '../domain/record.ts'
import type { ApprovableRun } from '../store/approval-run.ts'
import type { Sql } from '../store/database.ts'
import { judgeRules, mayOperate } from '../store/judge-run.ts'
import { readVariables, type SentRequest } from '../store/run-variables.ts'
import { type SeenAction, seenAction } from '../store/seen-actions.ts'
import type { CommandContext } from './context.ts'

/** A run that someone asks for. */
export interface RunSubject {
  /** UUID; null: a request of its own (send). */
  actionId: string | null
  /** What is to be stored, of a request of its own: conditions see it as `action`. */
  spec?: Pick<ActionSpec, 'name' | 'request' | 'recordType' | 'tags'>
  record: RecordInput | null
  /** Text of the body; null: the action's. */
  input: string | null
  /** What a stored run would send: its action may send something else by now. */
  sent?: SentRequest
}

/** A stored run as it would be sent, with this body. */
export const asSent = (run: ApprovableRun, body: string | null): RunSubject => {
  const { actionId, method, url } = run
  return { actionId, record: recordOf(run), input: body, sent: { method, url, body } }
}

/**
 * Whether the caller may run this. Commands that make runs call it in place of `authorize(ctx, 'OPERATE')`: a role below OPERATOR may be
 * allowed some actions, and one that reaches it may be forbidden others. Needs no query while its rules have no condition.
 * @throws DocketError FORBIDDEN; NOT_FOUND where a condition is about an action that the project does not have
 */
export const checkTrigger = (ctx: CommandContext, sql: Sql, subject: RunSubject): Promise<Permitted> => check(ctx, sql, subject)

/**
 * The same by what the action was when it was seen last, for a caller that stores the run by its `actionStamp`. Refused is only what is refused by
 * what it is now.
 */
export async function checkTriggerSeen(ctx: CommandContext, sql: Sql, subject: RunSubject): Promise<Permitted> {
  const seen = subject.actionId === null ? undefined : seenAction(ctx.projectId, subject.actionId)
  if (!seen) return check(ctx, sql, subject)
  try {
    return await check(ctx, sql, subject, seen)
  } catch (error) {
    if (!(error instanceof DocketError)) throw error
    return check(ctx, sql, subject)
  }
}

async function check(ctx: CommandContext, sql: Sql, subject: RunSubject, seen?: SeenAction): Promise<Permitted> {
  const { access, actor, projectId } = ctx
  if (!access) return { requireApproval: false, policyVersion: null, requestedBy: null }
  // The level is no matter here, only the scopes.
  if (!mayOperate(access)) requireCapability({ ...access, level: 'ADMIN' }, 'OPERATE')
  const { policyVersion, personId, roleName } = access
  let actionStamp: string | undefined
  const { trigger, requireApproval } = await judgeRules(
    sql,
    access,
    subject.actionId,
    ['trigger', 'requireApproval'],
    async (conditions) => {
      const read = await readVariables(sql, { ...actor, personId, roleName }, { ...subject, projectId }, conditions, seen)
      if (!read) throw notFound('Action')
      actionStamp = read.actionStamp
      return read.variables
    },
  )
  if (!trigger.holds) {
    const what = subject.actionId === null ? 'send requests of its own' : 'run this action'
    throw new DocketError('FORBIDDEN', `The role ${roleName} may not ${what}${trigger.reason === null ? '.' : ` now. ${trigger.reason}`}`)
  }
  const permitted = { requireApproval: requireApproval.holds, policyVersion, requestedBy: personId }
  return actionStamp === undefined ? permitted : { ...permitted, actionStamp }
}

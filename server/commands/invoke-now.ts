import { parseRecord } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import { parseBody } from '../domain/body.ts'
import { type DedupeInput, parseDedupe } from '../domain/dedupe.ts'
import { internalId } from '../domain/ids.ts'
import { recordOf } from '../domain/record.ts'
import { holdAction } from '../store/action-row.ts'
import { readApprovableRuns } from '../store/approval-run.ts'
import type { AuditNote } from '../store/audited.ts'
import { audited } from '../store/audited.ts'
import type { Sql } from '../store/database.ts'
import { replaceBodies } from '../store/dedupe-keys.ts'
import { noteOfRun } from '../store/note-of-run.ts'
import { againAfterRace } from './again-after-race.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import { type Asked, addAsked, storeAsked } from './ask-run.ts'
import { parseBreakGlass } from './break-glass.ts'
import type { CommandContext } from './context.ts'
import { answerDeduped } from './deduped.ts'
import { holdReplaced } from './hold-replaced.ts'
import { checkTrigger, checkTriggerSeen } from './permitted.ts'

/** `input` (JSON) replaces the action's body in this run; `record` says which object it acts on. */
export interface InvokeNowArguments {
  input?: unknown
  record?: RecordInput | null
  idempotencyKey?: string | null
  /** Its key counts within the action. */
  dedupe?: DedupeInput | null
  /** How long the caller waits for the end of the run. */
  waitSeconds?: number | null
  /** Runs it without the approval that is wanted: why. */
  breakGlassReason?: string | null
}

/**
 * Runs an action at once, beside its schedule, also while it is paused. Gives the UUID of the invocation.
 * @throws DocketError NOT_FOUND; FORBIDDEN; BAD_USER_INPUT on `input`, `record`, `idempotencyKey`, `dedupe` or `breakGlassReason`;
 *   IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT; INVALID_SYNC when it needs an approval
 */
export async function invokeNow(ctx: CommandContext, actionId: string, given: InvokeNowArguments = {}): Promise<{ id: string }> {
  const { db } = ctx
  const id = internalId('action', actionId)
  const breakGlassReason = parseBreakGlass(ctx, given.breakGlassReason)
  if (given.idempotencyKey == null && given.dedupe == null) {
    const wanted = wantedOf(id, given)
    const run = await storeAsked(ctx, { ...wanted, permitted: await checkTriggerSeen(ctx, db.pool, wanted), breakGlassReason })
    announce(ctx)
    return run
  }
  const { result, changed } = await againAfterRace(() =>
    audited(ctx, (sql, note) => invokeKeyed(sql, ctx, id, { ...given, breakGlassReason }, note)),
  )
  if ('error' in result) throw result.error
  if (changed) announce(ctx)
  return result
}

/** @throws DocketError BAD_USER_INPUT on `input` or `record` */
const wantedOf = (actionId: string, { input, record, waitSeconds }: InvokeNowArguments): Omit<Asked, 'permitted'> => ({
  actionId,
  input: parseBody(input, 'input'),
  record: parseRecord(record),
  at: null,
  waitSeconds,
})

async function invokeKeyed(sql: Sql, ctx: CommandContext, id: string, given: InvokeNowArguments, note: (note: AuditNote) => void) {
  const { projectId } = ctx
  const { idempotencyKey, input, record, dedupe: sameAs, breakGlassReason } = given
  let changed = false
  const request = keyedRequest(idempotencyKey, 'invokeNow', { actionId: id, input, record, dedupe: sameAs, breakGlassReason })
  const [result] = await answerOnce(sql, projectId, [request], async () => {
    const dedupe = parseDedupe(sameAs)
    await holdAction(sql, projectId, id)
    const subject = wantedOf(id, given)
    const wanted = { ...subject, permitted: await checkTrigger(ctx, sql, subject), breakGlassReason }
    const item = { method: null, body: wanted.input, dedupe: dedupe && { ...dedupe, key: `${id} ${dedupe.key}` } }
    return answerDeduped(sql, projectId, [item], {
      bodyField: 'input',
      async permit(_, into) {
        // A call of its own makes one run at most: there is none beside it that could take its body.
        if (!('id' in into)) return wanted.permitted
        const run = (await readApprovableRuns(sql, [into.id], { hold: true })).get(into.id)!
        return checkTrigger(ctx, sql, { actionId: id, record: recordOf(run), input: wanted.input })
      },
      async make() {
        changed = true
        return [await addAsked(sql, ctx, wanted, note)]
      },
      async replace(bodies) {
        changed = true
        await replaceBodies(sql, bodies)
        await holdReplaced(sql, ctx, bodies, note)
        for (const [run, { body }] of bodies) note({ ...(await noteOfRun(sql, run)), verb: 'invocation.replaced', data: { input: body } })
      },
    })
  })
  return { result: result!, changed }
}

function announce({ db: { signal } }: CommandContext): void {
  signal.emit('events')
  signal.emit('due')
}

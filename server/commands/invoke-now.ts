import { parseRecord } from '../domain/action.ts'
import type { RecordInput } from '../domain/action-input.ts'
import { parseBody } from '../domain/body.ts'
import { type DedupeInput, parseDedupe } from '../domain/dedupe.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import { addRun } from '../store/add-run.ts'
import { type Sql, transaction } from '../store/database.ts'
import { replaceBodies } from '../store/dedupe-keys.ts'
import { againAfterRace } from './again-after-race.ts'
import { answerOnce, keyedRequest } from './answer-once.ts'
import type { CommandContext } from './context.ts'
import { answerDeduped } from './deduped.ts'

/** `input` (JSON) replaces the action's body in this run; `record` says which object it acts on. */
export interface InvokeNowArguments {
  input?: unknown
  record?: RecordInput | null
  idempotencyKey?: string | null
  /** Its key counts within the action. */
  dedupe?: DedupeInput | null
}

/**
 * Runs an action at once, beside its schedule, also while it is paused. Gives the UUID of the invocation.
 * @throws DocketError NOT_FOUND; BAD_USER_INPUT on `input`, `record`, `idempotencyKey` or `dedupe`; IDEMPOTENCY_MISMATCH; IDEMPOTENCY_IN_FLIGHT
 */
export async function invokeNow(ctx: CommandContext, actionId: string, given: InvokeNowArguments = {}): Promise<{ id: string }> {
  const { db } = ctx
  const id = internalId('action', actionId)
  if (given.idempotencyKey == null && given.dedupe == null) {
    const run = await addInvoked(db.pool, ctx, id, { body: parseBody(given.input, 'input'), record: parseRecord(given.record) })
    announce(ctx)
    return run
  }
  const { result, changed } = await againAfterRace(() => transaction(db.pool, (sql) => invokeKeyed(sql, ctx, id, given)))
  if ('error' in result) throw result.error
  if (changed) announce(ctx)
  return result
}

async function invokeKeyed(
  sql: Sql,
  ctx: CommandContext,
  id: string,
  { idempotencyKey, input, record, dedupe: sameAs }: InvokeNowArguments,
) {
  const { projectId } = ctx
  let changed = false
  const asked = keyedRequest(idempotencyKey, 'invokeNow', { actionId: id, input, record, dedupe: sameAs })
  const [result] = await answerOnce(sql, projectId, [asked], () => {
    const dedupe = parseDedupe(sameAs)
    const wanted = { body: parseBody(input, 'input'), record: parseRecord(record) }
    const request = { method: null, body: wanted.body, dedupe: dedupe && { ...dedupe, key: `${id} ${dedupe.key}` } }
    return answerDeduped(sql, projectId, [request], {
      bodyField: 'input',
      async make() {
        changed = true
        return [await addInvoked(sql, ctx, id, wanted)]
      },
      async replace(bodies) {
        changed = true
        await replaceBodies(sql, bodies)
      },
    })
  })
  return { result: result!, changed }
}

/** @throws DocketError NOT_FOUND; BAD_USER_INPUT on `input` for an action that sends GET */
async function addInvoked(
  sql: Sql,
  { projectId, actor }: CommandContext,
  actionId: string,
  { body, record }: { body: string | null; record: RecordInput | null },
): Promise<{ id: string }> {
  const id = await addRun(sql, { projectId, actor, actionId, input: body, record, at: null })
  if (id) return { id }
  // On the same connection: inside a transaction, waiting for another one could be waiting for ourselves.
  const { rows } = await sql.query('select from actions where id = $1 and project_id = $2 and deleted_at is null', [actionId, projectId])
  throw rows.length > 0
    ? new DocketError('BAD_USER_INPUT', 'This action sends GET requests, which have no body; leave input out.', 'input')
    : notFound('Action')
}

function announce({ db: { signal } }: CommandContext): void {
  signal.emit('events')
  signal.emit('due')
}

import type pg from 'pg'
import { parseCreateAction, parseKey } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { DocketError } from '../domain/errors.ts'
import { type AuditNote, audited } from '../store/audited.ts'
import type { NewAction } from '../store/new-action.ts'
import { againAfterRace } from './again-after-race.ts'
import { announceActions } from './announce.ts'
import { resolveApproval } from './approval-policy.ts'
import { authorize } from './authorize.ts'
import { acceptedOf, checkBatchSize, type ItemResult, refusalsOf } from './batch.ts'
import type { CommandContext } from './context.ts'
import { withKnownSecrets } from './known-secrets.ts'
import { newAction } from './new-action.ts'
import { putAction } from './put-action.ts'
import { type StoredSpec, storeActions, storeIn } from './store-actions.ts'

/**
 * Up to 1,000 actions in one transaction. Gives the UUID of the action or the refusal per item, in their order; what is
 * wrong with one does not keep the others from being stored. Items with a key take effect in their order.
 * @throws DocketError BAD_USER_INPUT for more than 1,000
 */
export async function createActions(
  ctx: CommandContext,
  inputs: readonly CreateActionInput[],
  now = ctx.db.skew.now(),
): Promise<ItemResult[]> {
  authorize(ctx, 'MANAGE')
  checkBatchSize(inputs)
  const { pool } = ctx.db
  const given = { now, headerPrefix: ctx.headerPrefix, egress: ctx.egress }
  const parsed = await refusalsOf<CreateActionInput, NewAction | Keyed>(inputs, async (input) => {
    const key = parseKey(input.key)
    if (key !== null) return { key, input }
    const approval = await resolveApproval(ctx, pool, input.approval, undefined)
    return newAction(ctx, pool, null, parseCreateAction(input, { ...given, approval }))
  })
  const items = await withKnownSecrets<NewAction | Keyed>(pool, ctx.projectId, parsed, (item) =>
    'spec' in item ? item.spec.request.headers : null,
  )
  const accepted = acceptedOf<NewAction | Keyed>(items)
  const plain = accepted.filter((item) => 'spec' in item)
  const keyed = accepted.filter((item) => 'input' in item)
  const stored =
    keyed.length === 0
      ? await storeActions(ctx, plain, now)
      : await againAfterRace(() =>
          audited(ctx, async (sql, note) => [
            ...(await storeIn(sql, ctx, plain, now, note)),
            ...(await storeKeyed(sql, ctx, keyed, now, note)),
          ]),
        )
  const done = acceptedOf(stored)
  if (done.length > 0) announceActions(ctx.db.signal, done, now)

  const results = new Map<NewAction | Keyed, StoredSpec | DocketError>([...plain, ...keyed].map((item, index) => [item, stored[index]!]))
  return items.map((item) => {
    const result = item instanceof DocketError ? item : results.get(item)!
    return result instanceof DocketError ? { error: result } : { id: result.id }
  })
}

interface Keyed {
  key: string
  input: CreateActionInput
}

async function storeKeyed(
  sql: pg.PoolClient,
  ctx: CommandContext,
  items: Keyed[],
  now: number,
  note: Note,
): Promise<(StoredSpec | DocketError)[]> {
  const stored = []
  for (const { key, input } of items) stored.push(await putOrRefusal(sql, ctx, key, input, now, note))
  return stored
}

type Note = (note: AuditNote) => void

/** One item of the batch, undone alone when it is refused. */
async function putOrRefusal(sql: pg.PoolClient, ctx: CommandContext, key: string, input: CreateActionInput, now: number, note: Note) {
  await sql.query('savepoint item')
  const notes: AuditNote[] = []
  try {
    const put = await putAction(sql, ctx, key, input, now, (one) => notes.push(one))
    for (const one of notes) note(one)
    return put
  } catch (error) {
    if (!(error instanceof DocketError)) throw error
    await sql.query('rollback to savepoint item')
    return error
  } finally {
    await sql.query('release savepoint item').catch(() => {})
  }
}

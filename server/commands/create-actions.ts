import type pg from 'pg'
import { parseCreateAction, parseKey } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { DocketError } from '../domain/errors.ts'
import { transaction } from '../store/database.ts'
import type { NewAction } from '../store/new-action.ts'
import { againAfterRace } from './again-after-race.ts'
import { announceActions } from './announce.ts'
import { acceptedOf, checkBatchSize, type ItemResult, orRefusal } from './batch.ts'
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
  checkBatchSize(inputs)
  const given = { now, headerPrefix: ctx.headerPrefix, egress: ctx.egress }
  const parsed = inputs.map((input) =>
    orRefusal(() => {
      const key = parseKey(input.key)
      return key === null ? newAction(ctx, null, parseCreateAction(input, given)) : { key, input }
    }),
  )
  const items = await withKnownSecrets<NewAction | Keyed>(ctx.db.pool, ctx.projectId, parsed, (item) =>
    'spec' in item ? item.spec.request.headers : null,
  )
  const accepted = acceptedOf<NewAction | Keyed>(items)
  const plain = accepted.filter((item) => 'spec' in item)
  const keyed = accepted.filter((item) => 'input' in item)
  const stored =
    keyed.length === 0
      ? await storeActions(ctx.db.pool, ctx.projectId, plain, now)
      : await againAfterRace(() =>
          transaction(ctx.db.pool, async (sql) => [
            ...(await storeIn(sql, ctx.projectId, plain, now)),
            ...(await storeKeyed(sql, ctx, keyed, now)),
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

async function storeKeyed(sql: pg.PoolClient, ctx: CommandContext, items: Keyed[], now: number): Promise<(StoredSpec | DocketError)[]> {
  const stored = []
  for (const { key, input } of items) stored.push(await putOrRefusal(sql, ctx, key, input, now))
  return stored
}

/** One item of the batch, undone alone when it is refused. */
async function putOrRefusal(sql: pg.PoolClient, ctx: CommandContext, key: string, input: CreateActionInput, now: number) {
  await sql.query('savepoint item')
  try {
    return await putAction(sql, ctx, key, input, now)
  } catch (error) {
    if (!(error instanceof DocketError)) throw error
    await sql.query('rollback to savepoint item')
    return error
  } finally {
    await sql.query('release savepoint item').catch(() => {})
  }
}

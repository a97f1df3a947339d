import type pg from 'pg'
import { parseCreateAction, parseKey } from '../domain/action.ts'
import type { CreateActionInput } from '../domain/action-input.ts'
import { DocketError, notFound } from '../domain/errors.ts'
import { transaction } from '../store/database.ts'
import { insertActions, type NewAction } from '../store/insert-actions.ts'
import { announceActions } from './announce.ts'
import { acceptedOf, checkBatchSize, type ItemResult, orRefusal } from './batch.ts'
import type { CommandContext } from './context.ts'
import { newAction } from './new-action.ts'
import { againAfterRace, type PutAction, putAction } from './put-action.ts'

/**
 * Up to 1,000 actions in one transaction. Gives the UUID of the action or the refusal per item, in their order; what is
 * wrong with one does not keep the others from being stored. Items with a key take effect in their order.
 * @throws DocketError BAD_USER_INPUT for more than 1,000
 */
export async function createActions(ctx: CommandContext, inputs: readonly CreateActionInput[], now = Date.now()): Promise<ItemResult[]> {
  checkBatchSize(inputs)
  const given = { now, headerPrefix: ctx.headerPrefix }
  const items = inputs.map((input) =>
    orRefusal(() => {
      const key = parseKey(input.key)
      return key === null ? newAction(ctx, null, parseCreateAction(input, given), now) : { key, input }
    }),
  )
  const accepted = acceptedOf<NewAction | Keyed>(items)
  const plain = accepted.filter((item) => 'spec' in item)
  const keyed = accepted.filter((item) => 'input' in item)
  const { stored, put } =
    keyed.length === 0
      ? { stored: plain.length > 0 ? await insertActions(ctx.db.pool, plain) : [], put: [] }
      : await againAfterRace(() => transaction(ctx.db.pool, (sql) => storeAll(sql, ctx, plain, keyed, now)))
  const done = acceptedOf(put)
  if (plain.length + done.length > 0) announceActions(ctx.db.signal, [...plain, ...done], now)

  const storedOnes = stored.values()
  const putOnes = put.values()
  return items.map((item) => {
    if (item instanceof DocketError) return { error: item }
    if ('spec' in item) {
      const action = storedOnes.next().value
      return action ? { id: action.actionId } : { error: notFound('Service', 'target.serviceId') }
    }
    const action = putOnes.next().value as PutAction | DocketError
    return action instanceof DocketError ? { error: action } : { id: action.id }
  })
}

interface Keyed {
  key: string
  input: CreateActionInput
}

async function storeAll(sql: pg.PoolClient, ctx: CommandContext, plain: NewAction[], keyed: Keyed[], now: number) {
  const stored = plain.length > 0 ? await insertActions(sql, plain) : []
  const put: (PutAction | DocketError)[] = []
  for (const { key, input } of keyed) put.push(await putOrRefusal(sql, ctx, key, input, now))
  return { stored, put }
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

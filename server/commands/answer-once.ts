import { fingerprintOf } from '../domain/fingerprint.ts'
import { type KeyedRequest, keyTurns } from '../domain/idempotency.ts'
import { parseRequestKey } from '../domain/request-key.ts'
import type { Sql } from '../store/database.ts'
import { keepIdempotencyKeys, takeIdempotencyKeys } from '../store/idempotency-keys.ts'
import type { ItemResult } from './batch.ts'

/**
 * What a call brings along to be answered once. `request` is what was asked for, as it was given, without the key.
 * @throws DocketError BAD_USER_INPUT on `idempotencyKey`; for a request that cannot be compared
 */
export function keyedRequest(idempotencyKey: string | null | undefined, operation: string, request: object): KeyedRequest {
  if (idempotencyKey == null) return { idempotencyKey: null, fingerprint: '' }
  return { idempotencyKey: parseRequestKey(idempotencyKey, 'idempotencyKey'), fingerprint: fingerprintOf(operation, request) }
}

/**
 * Answers requests whose key has an answer with that, lets `work` do the others (it gets their places and gives a result for each), and
 * keeps their keys. All in the caller's transaction: a key is there exactly when what it answers for is. A refusal keeps none, so the
 * request can be mended and sent again under its key.
 */
export async function answerOnce(
  sql: Sql,
  projectId: string,
  requests: readonly KeyedRequest[],
  work: (places: number[]) => Promise<ItemResult[]>,
): Promise<ItemResult[]> {
  const states = await takeIdempotencyKeys(
    sql,
    projectId,
    requests.flatMap(({ idempotencyKey }) => idempotencyKey ?? []),
  )
  const turns = keyTurns(requests, states)
  const places = turns.flatMap(({ kind }, place) => (kind === 'DO' ? [place] : []))
  const done = places.length > 0 ? await work(places) : []
  const results = new Map(places.map((place, index) => [place, done[index]!]))
  const toKeep = [...results].flatMap(([place, result]) => {
    const { idempotencyKey: key, fingerprint } = requests[place]!
    return key !== null && 'id' in result ? [{ key, fingerprint, resultId: result.id }] : []
  })
  await keepIdempotencyKeys(sql, projectId, toKeep)
  return turns.map((turn, place) => {
    if (turn.kind === 'REFUSED') return { error: turn.error }
    if (turn.kind === 'ANSWERED') return { id: turn.id }
    return results.get(turn.kind === 'SAME' ? turn.as : place)!
  })
}

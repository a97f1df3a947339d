import { type DedupeRequest, dedupeTurns } from '../domain/dedupe.ts'
import { DocketError } from '../domain/errors.ts'
import type { Sql } from '../store/database.ts'
import { keepDedupeKeys, takeDedupeKeys } from '../store/dedupe-keys.ts'
import type { ItemResult } from './batch.ts'

/** How one kind of request makes a run and changes the body of one. */
export interface DedupeWork {
  /** Makes runs for the requests at these places, with these bodies. Gives a result for each. */
  make(places: { place: number; body: string | null }[]): Promise<ItemResult[]>
  /** Puts bodies into pending runs that this transaction holds; by UUID. */
  replace(bodies: ReadonlyMap<string, string | null>): Promise<void>
  /** Input that a body comes from. */
  bodyField: string
}

/**
 * Answers requests that are the same as an earlier one with the run of that, puts their bodies there where they ask for it, and makes
 * runs for the others. All in the caller's transaction. A result for each request, in their order.
 */
export async function answerDeduped(
  sql: Sql,
  projectId: string,
  requests: readonly DedupeRequest[],
  { make, replace, bodyField }: DedupeWork,
): Promise<ItemResult[]> {
  const firsts = await takeDedupeKeys(
    sql,
    projectId,
    requests.flatMap(({ dedupe }) => dedupe ?? []),
  )
  const turns = dedupeTurns(requests, firsts)
  const bodies = new Map(requests.map(({ body }, place) => [place, body]))
  const replaced = new Map<string, string | null>()
  for (const [place, turn] of turns.entries()) {
    if (turn.kind === 'FIRST' && turn.replace) replaced.set(turn.id, requests[place]!.body)
    if (turn.kind === 'SAME' && turn.replace) bodies.set(turn.as, requests[place]!.body)
  }
  if (replaced.size > 0) await replace(replaced)

  const places = turns.flatMap(({ kind }, place) => (kind === 'MAKE' ? [place] : []))
  const made = places.length > 0 ? await make(places.map((place) => ({ place, body: bodies.get(place)! }))) : []
  const results = new Map(places.map((place, index) => [place, made[index]!]))
  const toKeep = [...results].flatMap(([place, result]) => {
    const { dedupe } = requests[place]!
    return dedupe && 'id' in result ? [{ ...dedupe, invocationId: result.id }] : []
  })
  await keepDedupeKeys(sql, projectId, toKeep)
  return turns.map((turn, place) => {
    if (turn.kind === 'FIRST') return { id: turn.id }
    if (turn.kind === 'NO_BODY') return { error: noBody(bodyField) }
    return results.get(turn.kind === 'SAME' ? turn.as : place)!
  })
}

const noBody = (field: string) =>
  new DocketError('BAD_USER_INPUT', `The one that is pending sends GET, which has no body; leave ${field} out.`, field)

import { type DedupeRequest, dedupeTurns } from '../domain/dedupe.ts'
import { DocketError } from '../domain/errors.ts'
import type { Permitted } from '../domain/permitted.ts'
import type { Sql } from '../store/database.ts'
import { keepDedupeKeys, takeDedupeKeys } from '../store/dedupe-keys.ts'
import { type ItemResult, refusalsOf } from './batch.ts'

/** A body that goes into a run, and the leave for that run with this body. */
export interface PermittedBody {
  body: string | null
  permitted: Permitted
}

/** How one kind of request makes a run and changes the body of one. */
export interface DedupeWork {
  /**
   * Whether the caller may run what comes of putting the body of the request at `place` into another one: into a stored run (UUID), or into what
   * the request at that place makes.
   * @throws DocketError FORBIDDEN
   */
  permit(place: number, into: { id: string } | { place: number }): Promise<Permitted>
  /** Makes runs for the requests at these places, with another body where one is given. Gives a result for each. */
  make(places: { place: number; other: PermittedBody | undefined }[]): Promise<ItemResult[]>
  /** Puts bodies into pending runs that this transaction holds; by UUID. */
  replace(bodies: ReadonlyMap<string, PermittedBody>): Promise<void>
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
  { permit, make, replace, bodyField }: DedupeWork,
): Promise<ItemResult[]> {
  const firsts = await takeDedupeKeys(
    sql,
    projectId,
    requests.flatMap(({ dedupe }) => dedupe ?? []),
  )
  const turns = dedupeTurns(requests, firsts)
  const others = new Map<number, PermittedBody>()
  const replaced = new Map<string, PermittedBody>()
  const refused = new Map<number, DocketError>()
  const replacing = turns.flatMap((turn, place) => ('replace' in turn && turn.replace ? [{ turn, place }] : []))
  const verdicts = await refusalsOf(replacing, ({ turn, place }) =>
    permit(place, turn.kind === 'FIRST' ? { id: turn.id } : { place: turn.as }),
  )
  for (const [index, { turn, place }] of replacing.entries()) {
    const { body } = requests[place]!
    const permitted = verdicts[index]!
    if (permitted instanceof DocketError) refused.set(place, permitted)
    else if (turn.kind === 'FIRST') replaced.set(turn.id, { body, permitted })
    else others.set(turn.as, { body, permitted })
  }
  if (replaced.size > 0) await replace(replaced)

  const places = turns.flatMap(({ kind }, place) => (kind === 'MAKE' ? [place] : []))
  const made = places.length > 0 ? await make(places.map((place) => ({ place, other: others.get(place) }))) : []
  const results = new Map(places.map((place, index) => [place, made[index]!]))
  const toKeep = [...results].flatMap(([place, result]) => {
    const { dedupe } = requests[place]!
    return dedupe && 'id' in result ? [{ ...dedupe, invocationId: result.id }] : []
  })
  await keepDedupeKeys(sql, projectId, toKeep)
  return turns.map((turn, place) => {
    const error = refused.get(place)
    if (error) return { error }
    if (turn.kind === 'FIRST') return { id: turn.id }
    if (turn.kind === 'NO_BODY') return { error: noBody(bodyField) }
    return results.get(turn.kind === 'SAME' ? turn.as : place)!
  })
}

const noBody = (field: string) =>
  new DocketError('BAD_USER_INPUT', `The one that is pending sends GET, which has no body; leave ${field} out.`, field)

import { DocketError } from './errors.ts'

/** How long a key answers for the request it came with. */
export const IDEMPOTENCY_HOURS = 24

/** A request that may carry a key of its own. */
export interface KeyedRequest {
  /** Null: it is done whenever it is asked for. */
  idempotencyKey: string | null
  /** What it asks for, from `fingerprintOf`; only looked at with a key. */
  fingerprint: string
}

/** What is known of a key: its transaction is still open elsewhere, nobody used it, or it answers already. */
export type KeyState = 'IN_FLIGHT' | 'FREE' | { fingerprint: string; resultId: string }

/** What becomes of one request: it is done, it has its answer, it gets that of another one of the same call, or it is refused. */
export type KeyTurn =
  | { kind: 'DO' }
  | { kind: 'ANSWERED'; id: string }
  | { kind: 'SAME'; as: number }
  | { kind: 'REFUSED'; error: DocketError }

/** Decides for requests of one call, in their order, as if each came after the one before it was done. */
export function keyTurns(requests: readonly KeyedRequest[], states: ReadonlyMap<string, KeyState>): KeyTurn[] {
  const firsts = new Map<string, number>()
  return requests.map(({ idempotencyKey: key, fingerprint }, index) => {
    const state = key === null ? 'FREE' : states.get(key)
    if (key === null || !state) return { kind: 'DO' }
    if (state === 'IN_FLIGHT') return { kind: 'REFUSED', error: inFlight() }
    if (state !== 'FREE') return state.fingerprint === fingerprint ? { kind: 'ANSWERED', id: state.resultId } : mismatched()
    const first = firsts.get(key)
    if (first === undefined) {
      firsts.set(key, index)
      return { kind: 'DO' }
    }
    return requests[first]!.fingerprint === fingerprint ? { kind: 'SAME', as: first } : mismatched()
  })
}

const inFlight = () =>
  new DocketError(
    'IDEMPOTENCY_IN_FLIGHT',
    'A request with this idempotencyKey is being stored at this moment; ask again for its answer.',
    'idempotencyKey',
  )

const mismatched = (): KeyTurn => ({
  kind: 'REFUSED',
  error: new DocketError(
    'IDEMPOTENCY_MISMATCH',
    `This idempotencyKey came with another request within the last ${IDEMPOTENCY_HOURS} hours; use a new key for a new request.`,
    'idempotencyKey',
  ),
})

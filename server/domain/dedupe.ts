import { DocketError } from './errors.ts'
import type { HttpMethod } from './http-method.ts'
import { parseRequestKey } from './request-key.ts'
import { parseWhole } from './text.ts'

const DEDUPE_MODES = ['KEEP_FIRST', 'REPLACE_PENDING'] as const
/** KEEP_FIRST: the first one is the answer. REPLACE_PENDING: the new body goes into the first one while that was not sent. */
export type DedupeMode = (typeof DEDUPE_MODES)[number]

/** As callers hand it in; null means the same as absent. */
export interface DedupeInput {
  key: string
  /** Default KEEP_FIRST. */
  mode?: DedupeMode | null
  /** Default 86,400 for KEEP_FIRST, 5 for REPLACE_PENDING. */
  windowSeconds?: number | null
}

export interface Dedupe {
  key: string
  mode: DedupeMode
  /** How long after the first one others count as the same. */
  windowSeconds: number
}

const DEFAULT_WINDOW_SECONDS: Readonly<Record<DedupeMode, number>> = { KEEP_FIRST: 86_400, REPLACE_PENDING: 5 }
const WINDOW_SECONDS_MAX = 30 * 86_400

/** @throws DocketError BAD_USER_INPUT on `dedupe.key`, `dedupe.mode` or `dedupe.windowSeconds` */
export function parseDedupe(input: DedupeInput | null | undefined): Dedupe | null {
  if (input == null) return null
  const mode = input.mode ?? 'KEEP_FIRST'
  if (!DEDUPE_MODES.includes(mode)) {
    throw new DocketError('BAD_USER_INPUT', `dedupe.mode is one of ${DEDUPE_MODES.join(', ')}.`, 'dedupe.mode')
  }
  return {
    key: parseRequestKey(input.key, 'dedupe.key'),
    mode,
    windowSeconds: parseWhole(input.windowSeconds ?? DEFAULT_WINDOW_SECONDS[mode], 'dedupe.windowSeconds', 1, WINDOW_SECONDS_MAX),
  }
}

/** A request that may be the same as another one. */
export interface DedupeRequest {
  /** Its key names the scope too. */
  dedupe: Dedupe | null
  body: string | null
  /** With which it would be sent; null where that is the action's. */
  method: HttpMethod | null
}

/** The run that a key stands for, inside its window. */
export interface FirstRun {
  id: string
  /** It was not marked yet, and will not be while we hold it. */
  pending: boolean
  method: HttpMethod
}

/** What becomes of one request. `replace`: its body goes there. `NO_BODY`: it would have to, but a GET has none. */
export type DedupeTurn =
  | { kind: 'MAKE' }
  | { kind: 'FIRST'; id: string; replace: boolean }
  | { kind: 'SAME'; as: number; replace: boolean }
  | { kind: 'NO_BODY' }

/** Decides for requests of one call, in their order, as if each came after the one before it was stored. */
export function dedupeTurns(requests: readonly DedupeRequest[], firsts: ReadonlyMap<string, FirstRun>): DedupeTurn[] {
  const made = new Map<string, number>()
  return requests.map(({ dedupe, body }, index) => {
    if (!dedupe) return { kind: 'MAKE' }
    const { key, mode } = dedupe
    const replace = mode === 'REPLACE_PENDING'
    const as = made.get(key)
    const first = as === undefined ? firsts.get(key) : { method: requests[as]!.method, pending: true }
    if (!first || (replace && !first.pending)) {
      made.set(key, index)
      return { kind: 'MAKE' }
    }
    if (replace && body !== null && first.method === 'GET') return { kind: 'NO_BODY' }
    return as === undefined ? { kind: 'FIRST', id: firsts.get(key)!.id, replace } : { kind: 'SAME', as, replace }
  })
}

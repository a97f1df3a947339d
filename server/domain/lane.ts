import { type BreakerState, mayProbe } from './breaker.ts'
import { type Bucket, type Limit, refill, startsAt, startsIn } from './limit.ts'

/** Where runs with the same limits wait for their turn: those of one service, or with one concurrencyKey, or both. */
export interface Lane {
  projectId: string
  serviceId: string | null
  key: string | null
}

/** The lane that its text (store/lane.ts) names. */
export function parseLane(text: string): Lane {
  const [projectId = '', serviceId = ''] = text.split('/', 2)
  return { projectId, serviceId: serviceId || null, key: text.slice(projectId.length + serviceId.length + 2) || null }
}

/** What a lane is held back by, by name. Lanes that name the same one share it. */
export const subjectsOf = ({ projectId, serviceId, key }: Lane): string[] => [
  ...(serviceId === null ? [] : [serviceId]),
  ...(key === null ? [] : [`${projectId}/${key}`]),
]

/** A service or a concurrencyKey as it is now. Instants are whole epoch ms, database time. */
export interface Subject {
  limit: Limit | null
  /** Runs under way that count against it. */
  running: number
  /** As stored; null: full. */
  bucket: Bucket | null
  /** Null for a concurrencyKey. */
  breaker: { state: BreakerState; probeAt: number | null } | null
}

/** A concurrencyKey without a limit of its own. */
export const ONE_AT_A_TIME: Limit = { maxConcurrency: 1, rateLimit: null, ratePeriod: null }

/** Why a subject lets nothing start now, and until when at least; null: until a run ends or someone changes it. */
export interface Full {
  reason: 'CONCURRENCY_LIMIT' | 'RATE_LIMIT' | 'CIRCUIT_OPEN'
  until: number | null
}

/** How many more runs a subject lets start now, and what stops the next one; Infinity without any limit. */
export function freeOf({ limit, running, bucket, breaker }: Subject, now: number): { free: number; full: Full | null } {
  let free = Number.POSITIVE_INFINITY
  let full: Full | null = null
  const atMost = (most: number, reason: Full['reason'], until: () => number | null) => {
    if (most >= free) return
    free = Math.max(0, most)
    full = free === 0 ? { reason, until: until() } : null
  }
  // While it is open one run at a time is sent, and only to see whether the service is back.
  if (breaker && breaker.state !== 'CLOSED') atMost(mayProbe(breaker, now) ? 1 : 0, 'CIRCUIT_OPEN', () => breaker.probeAt)
  if (limit?.maxConcurrency != null) atMost(limit.maxConcurrency - running, 'CONCURRENCY_LIMIT', () => null)
  if (limit?.rateLimit != null && limit.ratePeriod) {
    const { rateLimit, ratePeriod } = limit
    const filled = refill(rateLimit, ratePeriod, bucket, now)
    atMost(startsIn(filled), 'RATE_LIMIT', () => startsAt(filled, rateLimit, ratePeriod))
  }
  return { free, full }
}

/** The same for a lane that is held back by these subjects; what does not exist holds nothing back. */
export function freeOfAll(names: readonly string[], subjects: ReadonlyMap<string, Subject>, now: number): ReturnType<typeof freeOf> {
  let least: ReturnType<typeof freeOf> = { free: Number.POSITIVE_INFINITY, full: null }
  for (const name of names) {
    const subject = subjects.get(name)
    const found = subject && freeOf(subject, now)
    if (found && found.free < least.free) least = found
  }
  return least
}

/** A run that is due in a lane. */
export interface Candidate {
  id: string
  runAt: number
  /** Of its lane. */
  subjects: readonly string[]
  /** Scheme, host and port that it calls. */
  origin: string
}

export interface Room {
  /** How many more runs this server can send. */
  total: number
  /** Of these to one host. */
  of(origin: string): number
}

/**
 * Who starts: the earliest first, whatever their lanes, as long as each of its subjects, this server and its host have room. What is
 * passed over for want of room holds up nobody behind it who needs other room.
 */
export function allot<C extends Candidate>(candidates: readonly C[], subjects: ReadonlyMap<string, Subject>, room: Room, now: number): C[] {
  const free = new Map(Array.from(subjects, ([name, subject]) => [name, freeOf(subject, now).free]))
  const hosts = new Map<string, number>()
  const chosen: C[] = []
  for (const candidate of [...candidates].sort(byTurn)) {
    if (chosen.length >= room.total) break
    const host = hosts.get(candidate.origin) ?? room.of(candidate.origin)
    if (host <= 0 || candidate.subjects.some((name) => (free.get(name) ?? 0) < 1)) continue
    hosts.set(candidate.origin, host - 1)
    for (const name of candidate.subjects) free.set(name, free.get(name)! - 1)
    chosen.push(candidate)
  }
  return chosen
}

const byTurn = (a: Candidate, b: Candidate) => a.runAt - b.runAt || (a.id < b.id ? -1 : 1)

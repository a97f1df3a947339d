import type pg from 'pg'
import { readStats, type Stats } from './stats.ts'

interface Kept {
  answer: Promise<Stats>
  /** By the process's own clock, ms; unknown while it is being read. */
  until: number
}

/** An overview may be this old: those who look at it together, or look again, share one reading. */
const KEPT_MS = 5_000
/** What takes long is kept longer, so that it never costs more than this part of a connection's time. */
const SHARE = 20
const ENTRIES_MOST = 500

const caches = new WeakMap<pg.Pool, Map<string, Kept>>()

/** As readStats, at most a few seconds old. */
export function cachedStats(pool: pg.Pool, projectId: string, hours: number): Promise<Stats> {
  const cache = caches.get(pool) ?? new Map<string, Kept>()
  caches.set(pool, cache)
  const key = `${projectId} ${hours}`
  const started = performance.now()
  const known = cache.get(key)
  if (known && known.until > started) return known.answer
  const kept: Kept = { answer: readStats(pool, projectId, hours), until: Number.POSITIVE_INFINITY }
  cache.delete(key)
  cache.set(key, kept)
  if (cache.size > ENTRIES_MOST) cache.delete(cache.keys().next().value!)
  kept.answer.then(
    () => {
      const now = performance.now()
      kept.until = now + Math.max(KEPT_MS, SHARE * (now - started))
    },
    // What went wrong is tried again by the next one who asks.
    () => {
      if (cache.get(key) === kept) cache.delete(key)
    },
  )
  return kept.answer
}

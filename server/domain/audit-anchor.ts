import { createHmac, type KeyObject } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Head } from './audit-check.ts'

/**
 * Where the chains stood at a time: those that have grown since the anchor before. Anchors form a chain themselves; the newest hash, kept
 * anywhere outside the database, holds fast all entries up to it.
 */
export interface Anchor {
  id: string
  /** ISO 8601, UTC, to the millisecond; later than that of the anchor before. */
  at: string
  heads: readonly Head[]
  /** Lower-case hex. */
  hash: string
}

/** What the first anchor has as the hash before it. */
export const NO_ANCHOR = '0'.repeat(64)

/** HMAC-SHA-256 of the hash of the anchor before it (as hex) and the anchor in canonical form. Hex. */
export const anchorHash = (key: KeyObject, previous: string, { id, at, heads }: Omit<Anchor, 'hash'>): string =>
  createHmac('sha256', key)
    .update(previous + canonicalize({ id, at, heads }))
    .digest('hex')

/** All heads that anchors tell of, in their order; undefined when one of them is not as it was written. */
export function headsOf(key: KeyObject, anchors: readonly Anchor[]): Map<string, Head> | undefined {
  const heads = new Map<string, Head>()
  let previous = NO_ANCHOR
  for (const anchor of anchors) {
    if (anchorHash(key, previous, anchor) !== anchor.hash) return undefined
    previous = anchor.hash
    for (const head of anchor.heads) heads.set(head.chain, head)
  }
  return heads
}

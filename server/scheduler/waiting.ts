import type { Claimed } from '../store/claim.ts'
import { createHeap } from './heap.ts'
import type { Origin } from './origins.ts'

/** A claimed row and the host that it calls. */
export interface Waiting extends Claimed {
  origin: Origin
}

export interface Turn {
  /** The most rows wanted. */
  room: number
  /** How long before its instant a row is marked. */
  leadMs: number
  /** How many rows of a host may be marked, or about to be, at one time. */
  limitOf(origin: Origin, now: number): number
}

/** The claimed rows that are not marked yet: for their instant, or behind the limit of their host. */
export interface WaitingRows {
  /** A row that is here already is replaced: the database's word is newer. */
  hold(row: Waiting): void
  /** A place of this host may be free. */
  resume(origin: Origin): void
  /** Takes the rows whose turn has come: those that a host's limit held back first, then by instant. */
  collect(now: number, turn: Turn): Waiting[]
  /** Rows that wait for their instant. */
  readonly coming: number
  /** The earliest of their instants, epoch ms; Infinity without any. */
  readonly nextAt: number
  /** Empties it. */
  drain(): Waiting[]
}

/** A statement that is made anyway takes the rows up to this long after those that it is made for, so that a steady stream needs fewer. */
export const MARK_TOGETHER_MS = 50

export function createWaiting(): WaitingRows {
  /** By id: in the heap or waiting for their host. What is not in here any more is passed over when its turn comes. */
  const held = new Map<string, Waiting>()
  const coming = createHeap<Waiting>()
  /** Hosts whose limit held rows back and which may have a place by now. */
  const resumable = new Set<Origin>()

  return {
    hold(row) {
      row.origin.held++
      held.set(row.id, row)
      coming.push(row)
    },
    resume(origin) {
      if (origin.waiting.length > 0) resumable.add(origin)
    },
    collect(now, { room, leadMs, limitOf }) {
      const batch: Waiting[] = []
      if (room === 0) return batch
      /** Passes over a row that was replaced meanwhile. */
      const add = (row: Waiting) => {
        row.origin.held--
        if (held.get(row.id) !== row) return
        held.delete(row.id)
        row.origin.active++
        batch.push(row)
      }
      for (const origin of resumable) {
        const limit = limitOf(origin, now)
        while (batch.length < room && origin.active < limit && origin.waiting.length > 0) add(origin.waiting.shift() as Waiting)
        if (origin.waiting.length === 0 || origin.active >= limit) resumable.delete(origin)
        if (batch.length >= room) return batch
      }
      const first = coming.peek()
      if (!first || first.runAt > now + leadMs) return batch
      while (batch.length < room) {
        const row = coming.peek()
        if (!row || row.runAt > now + leadMs + MARK_TOGETHER_MS) break
        coming.pop()
        if (row.origin.active < limitOf(row.origin, now)) add(row)
        else row.origin.waiting.push(row)
      }
      return batch
    },
    get coming() {
      return coming.size
    },
    get nextAt() {
      return coming.peek()?.runAt ?? Number.POSITIVE_INFINITY
    },
    drain() {
      const rows = [...held.values()]
      held.clear()
      coming.drain()
      return rows
    },
  }
}

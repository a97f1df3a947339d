import type { KeyObject } from 'node:crypto'
import { type ChainedEntry, firstHash, hashOf } from './audit-entry.ts'

/**
 * What is wrong with the first bad entry. CHANGED: it is not as it was written. MISSING: one or more before it are gone. INSERTED: it was never
 * written there. REORDERED: it was written at another place. FORKED: it was written, but behind another entry than the one that is there.
 * OTHER_PROJECT: it is another project's. CUT_OFF: the chain ends before an entry that an anchor tells of. ANCHOR: the anchors themselves are
 * not as they were written, or the published one is not among them.
 */
export const AUDIT_FAULTS = ['CHANGED', 'MISSING', 'INSERTED', 'REORDERED', 'FORKED', 'OTHER_PROJECT', 'CUT_OFF', 'ANCHOR'] as const
export type AuditFault = (typeof AUDIT_FAULTS)[number]

/** The first place that is not as it should be. */
export interface FirstBad {
  /** Of the entry that shows it; null when there is none. */
  id: string | null
  projectId: string | null
  /** Null for an anchor. */
  chain: string | null
  seq: number | null
  reason: AuditFault
}

/** Where a chain stood. */
export interface Head {
  chain: string
  seq: number
  hash: string
}

/** An entry that does not fit, and what should have been there. */
export interface Misfit {
  entry: ChainedEntry
  seq: number
  prevHash: string
}

export interface ChainCheck {
  /** Entries in the order of chain and number. Gives the first that does not fit, or that an anchor contradicts. */
  take(entry: ChainedEntry): Misfit | FirstBad | undefined
  /** After the last one. Gives the first chain that is shorter than an anchor says. */
  end(): FirstBad | undefined
  readonly entries: number
  readonly chains: number
}

/** @param anchored the newest head of each chain that the anchors tell of */
export function createChainCheck(key: KeyObject, anchored: ReadonlyMap<string, Head>): ChainCheck {
  const seen = new Set<string>()
  let entries = 0
  let chain: string | undefined
  let seq = 0
  let hash = ''

  const cutOff = (chain: string, seq: number): FirstBad => ({ id: null, projectId: null, chain, seq, reason: 'CUT_OFF' })

  /** The chain ends here; was it longer when it was anchored? */
  const endChain = (): FirstBad | undefined => {
    const head = chain === undefined ? undefined : anchored.get(chain)
    return head && head.seq > seq ? cutOff(head.chain, seq + 1) : undefined
  }

  return {
    take(entry) {
      if (entry.chainId !== chain) {
        const bad = endChain()
        if (bad) return bad
        chain = entry.chainId
        seen.add(chain)
        seq = 0
        hash = firstHash(chain)
      }
      if (entry.seq !== seq + 1 || entry.prevHash !== hash || !isGenuine(key, entry)) return { entry, seq: seq + 1, prevHash: hash }
      seq = entry.seq
      hash = entry.hash
      const head = anchored.get(chain)
      // Made anew with the key; the anchor remembers.
      if (head?.seq === seq && head.hash !== hash) return { id: entry.id, projectId: entry.projectId, chain, seq, reason: 'CHANGED' }
      entries++
      return undefined
    },
    end() {
      const bad = endChain()
      if (bad) return bad
      for (const head of anchored.values()) if (!seen.has(head.chain)) return cutOff(head.chain, 1)
      return undefined
    },
    get entries() {
      return entries
    },
    get chains() {
      return seen.size
    },
  }
}

/** Whether the entry was written with this key, at this place, behind what it says. */
export const isGenuine = (key: KeyObject, entry: ChainedEntry, chainId = entry.chainId, seq = entry.seq): boolean =>
  hashOf(key, entry.prevHash, entry, chainId, seq) === entry.hash

import { type KeyObject, randomUUID } from 'node:crypto'
import { type AuditEntry, type ChainedEntry, firstHash, hashOf } from '../domain/audit-entry.ts'

/** The end of a chain that this process writes: nobody else ever adds to it. */
interface ChainEnd {
  chainId: string
  /** Of the last entry. */
  seq: number
  hash: string
}

/**
 * Entries that have got their places. One of the two is called when it is certain what became of them. When neither is (the connection broke
 * while it committed), nobody knows whether the chain has grown, so nobody adds to it any more: what comes next begins another one.
 */
export interface Placed {
  rows: readonly ChainedEntry[]
  /** They are committed. */
  written(): void
  /** They are certainly not in the database. */
  unwritten(): void
}

export interface Chains {
  /** Puts entries at the end of a chain that no other transaction is adding to. Takes no lock, and waits for nobody. */
  place(entries: readonly AuditEntry[]): Placed
}

/**
 * The chains of one process. There are as many as transactions that were between their last statement and the end of their commit at one
 * time; each process begins its own. So no two transactions ever have the same place to write to: a chain can neither fork nor wait.
 * A process that dies leaves chains that end with what it committed.
 */
export function createChains(key: KeyObject): Chains {
  /** The one that was used last comes first: so there are few. */
  const free: ChainEnd[] = []
  return {
    place(entries) {
      const end = free.pop() ?? newChain()
      let { seq, hash } = end
      const rows = entries.map((entry) => {
        const prevHash = hash
        hash = hashOf(key, prevHash, entry, end.chainId, ++seq)
        return { ...entry, chainId: end.chainId, seq, prevHash, hash }
      })
      return {
        rows,
        written() {
          free.push({ chainId: end.chainId, seq, hash })
        },
        unwritten() {
          free.push(end)
        },
      }
    },
  }
}

function newChain(): ChainEnd {
  const chainId = randomUUID()
  return { chainId, seq: 0, hash: firstHash(chainId) }
}

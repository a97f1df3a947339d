import type { AttemptViewFragment } from '../../../sdk/generated/operations.ts'

/** One line of a waterfall: where it begins and how much of the whole it takes, from 0 to 1. */
export interface PhaseBar {
  key: string
  name: string
  /** Null when it is not known how long it took. */
  ms: number | null
  from: number
  share: number
  /** The attempt failed in it. */
  failed: boolean
}

type Timed = Pick<AttemptViewFragment, 'phases' | 'failedPhase'>

const PHASES = [
  ['GUARD', 'Check of the address', undefined],
  ['DNS', 'DNS lookup', 'dnsMs'],
  ['CONNECT', 'Connect', 'connectMs'],
  ['TLS', 'TLS handshake', 'tlsMs'],
  ['SEND', 'Send', 'sendMs'],
  ['WAIT', 'Wait for the answer', 'waitMs'],
  ['BODY', 'Read the answer', 'bodyMs'],
] as const

/** The phases that took place, in their order, one after the other. The one in which the attempt failed is always among them. */
export function phaseBars({ phases, failedPhase }: Timed): PhaseBar[] {
  const total = totalMs({ phases })
  let from = 0
  return PHASES.flatMap(([key, name, field]) => {
    const ms = field === undefined ? null : (phases?.[field] ?? null)
    const failed = key === failedPhase
    if (ms === null && !failed) return []
    const share = total > 0 ? (ms ?? 0) / total : 0
    const bar = { key, name, ms, from, share, failed }
    from += share
    return [bar]
  })
}

/** All phases together, ms. */
export const totalMs = ({ phases }: Pick<Timed, 'phases'>): number =>
  PHASES.reduce((sum, [, , field]) => sum + (field === undefined ? 0 : (phases?.[field] ?? 0)), 0)

/** A phase is often shorter than a millisecond: `0.42 ms`, `12.4 ms`, `340 ms`, and from a second on in seconds. */
export function phaseMs(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`
  return `${ms >= 100 ? Math.round(ms) : ms.toPrecision(ms >= 10 ? 3 : 2)} ms`
}

import type { Run } from './occurrences.ts'

/**
 * What a change of the clocks did to an occurrence, in words: moved, merged or repeated. Null when nothing.
 * `runs` are the named local times behind it; `repeats` says whether a time that happens twice runs twice;
 * `local` is the occurrence's local time as ISO 8601 without an offset.
 */
export function clockNote(runs: readonly Run[], repeats: boolean, local: string): string | null {
  const twice = runs.find((run) => run.kind === 'FIRST' || run.kind === 'SECOND')
  if (twice) {
    const which = repeats ? `this is the ${twice.kind === 'FIRST' ? 'first' : 'second'} time` : 'it runs the first time only'
    return `The clocks go back and ${spokenTime(twice.named)} happens twice; ${which}.`
  }
  const moved = runs.find((run) => run.kind === 'MOVED')
  if (!moved) return null
  const lands = local.slice(0, 10) === isoDate(moved.named) ? local.slice(11, 16) : `${local.slice(11, 16)} on ${local.slice(0, 10)}`
  const outcome = runs.length > 1 ? `it falls together with the run at ${lands} and runs once` : `it runs at ${lands} instead`
  return `The clocks go forward and ${spokenTime(moved.named)} does not exist; ${outcome}.`
}

/** A local time (as if UTC, ms) as `02:30 on 2025-03-09`. */
export const spokenTime = (named: number): string => `${new Date(named).toISOString().slice(11, 16)} on ${isoDate(named)}`

/** The date of a local time (as if UTC, ms), `YYYY-MM-DD`. */
export const isoDate = (named: number): string => new Date(named).toISOString().slice(0, 10)

import type { Compiled } from './occurrences.ts'
import { runsAt } from './occurrences.ts'

/**
 * What a change of the clocks did to the occurrence at `at` (epoch ms), in words: moved, merged or repeated. Null when nothing.
 * `local` is the occurrence's local time as ISO 8601 without an offset.
 */
export function clockNote(compiled: Compiled, at: number, local: string): string | null {
  const runs = runsAt(compiled, at)
  const twice = runs.find((run) => run.kind === 'FIRST' || run.kind === 'SECOND')
  if (twice) {
    const which = compiled.realTime ? `this is the ${twice.kind === 'FIRST' ? 'first' : 'second'} time` : 'it runs the first time only'
    return `The clocks go back and ${spoken(twice.named)} happens twice; ${which}.`
  }
  const moved = runs.find((run) => run.kind === 'MOVED')
  if (!moved) return null
  const lands = local.slice(0, 10) === isoDate(moved.named) ? local.slice(11, 16) : `${local.slice(11, 16)} on ${local.slice(0, 10)}`
  const outcome = runs.length > 1 ? `it falls together with the run at ${lands} and runs once` : `it runs at ${lands} instead`
  return `The clocks go forward and ${spoken(moved.named)} does not exist; ${outcome}.`
}

const isoDate = (named: number): string => new Date(named).toISOString().slice(0, 10)

const spoken = (named: number): string => `${new Date(named).toISOString().slice(11, 16)} on ${isoDate(named)}`

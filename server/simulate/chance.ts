/** What the number is for, so that one draw says nothing about another. */
export type Purpose = 'FAILURE' | 'DURATION' | 'JITTER'

/** A number in [0, 1), always the same for the same run, attempt and purpose. */
export type Chance = (scheduledFor: number, attempt: number, purpose: Purpose) => number

const SALT: Readonly<Record<Purpose, number>> = { FAILURE: 0x2545f491, DURATION: 0x61c88647, JITTER: 0x7feb352d }

/**
 * The luck of one action under a seed. It hangs on the run alone and not on the order in which things happen, so that another action
 * in the simulation, or another policy, does not change it.
 *
 * @param seed a whole number
 */
export function createChance(seed: number, actionId: string): Chance {
  let origin = mix(seed ^ mix(Math.floor(seed / 2 ** 32)))
  for (let i = 0; i < actionId.length; i++) origin = mix(origin ^ actionId.charCodeAt(i))
  return (scheduledFor, attempt, purpose) => {
    const run = mix(mix(origin ^ (scheduledFor % 2 ** 32)) ^ Math.floor(scheduledFor / 2 ** 32))
    return (mix(mix(run + attempt) ^ SALT[purpose]) >>> 0) / 2 ** 32
  }
}

/** The finaliser of MurmurHash3, after a step away from zero: every bit of the input moves half of the result. */
function mix(value: number): number {
  let h = (value + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

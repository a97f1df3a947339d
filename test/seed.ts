interface Told {
  diagnostic(text: string): void
}

/** A new seed each time (or the one given), printed, so that a failure can be repeated with SEED. */
export function newSeed(context: Told, drawn = Math.floor(Math.random() * 2 ** 31)): number {
  const seed = Number(process.env.SEED ?? drawn)
  context.diagnostic(`seed ${seed}`)
  return seed
}

/** A small generator of numbers from 0 to below 1 (mulberry32): the same for the same seed. */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}

/** docs/protocol.md: first pause between two attempts, doubled after each further failure. */
const BASE_MS = 20_000
/** No pause is longer. */
const CAP_MS = 3_600_000
/** Each pause is moved by up to this part of itself either way, so that those who failed together do not return together. */
const JITTER = 0.2

/**
 * Milliseconds to wait after `failedAttempts` attempts (1 or more) before the next.
 * @param random a number in [0, 1)
 */
export function backoffMs(failedAttempts: number, random: number): number {
  const pause = Math.min(CAP_MS, BASE_MS * 2 ** (failedAttempts - 1))
  return Math.round(pause * (1 - JITTER + 2 * JITTER * random))
}

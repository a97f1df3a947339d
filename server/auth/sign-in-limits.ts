import type { Guesses } from '../commands/set-password.ts'
import { DocketError } from '../domain/errors.ts'
import { createRateLimit } from '../http/rate-limit.ts'

/** A guess at a one-time code costs as much as one at a token: hopeless. This keeps the log and the database quiet. */
const TRIES_PER_MINUTE = 10
/** Guesses at one password, wherever they come from. */
const GUESSES = 10
const GUESSES_MINUTES = 15

/** How often someone may try to sign in, in this process. What succeeds does not count. */
export interface SignInLimits extends Guesses {
  /** @throws DocketError RATE_LIMITED after ten tries in a minute from one address */
  begin(ip: string): void
  done(ip: string): void
  /** Whether a refusal of this address is to be noted: one in a minute says it all. */
  toNote(ip: string): boolean
}

export function createSignInLimits(): SignInLimits {
  const tries = createRateLimit(TRIES_PER_MINUTE, 60_000)
  const noted = createRateLimit(1, 60_000)
  const guesses = createRateLimit(GUESSES, GUESSES_MINUTES * 60_000)
  return {
    begin(ip) {
      if (!tries.take(ip)) throw new DocketError('RATE_LIMITED', 'Too many tries to sign in. Try again in a minute.')
    },
    done: (ip) => tries.giveBack(ip),
    toNote: (ip) => noted.take(ip),
    guess(email) {
      if (!guesses.take(email)) {
        throw new DocketError('RATE_LIMITED', `Too many tries for this e-mail address. Try again in ${GUESSES_MINUTES} minutes.`)
      }
    },
    succeeded: (email) => guesses.giveBack(email),
  }
}

import { type BreakerSettings, COOLDOWN_MAX_SECONDS, DEFAULT_BREAKER } from './breaker.ts'
import { DocketError } from './errors.ts'
import { parseWhole } from './text.ts'

/** An absent field stays as it is; null is the default. */
export type BreakerInput = { [Name in keyof BreakerSettings]?: BreakerSettings[Name] | null }

/** Attempts of an hour are counted, no more. */
const WINDOW_MAX_SECONDS = 3_600
const ATTEMPTS_MAX = 10_000

/**
 * The settings that `input` makes of `before`; null: all as by default.
 * @throws DocketError BAD_USER_INPUT on a field below `breaker`
 */
export function parseBreaker(input: BreakerInput | null, before: BreakerSettings): BreakerSettings {
  if (input === null) return DEFAULT_BREAKER
  const { enabled, failureShare, windowSeconds, minAttempts, cooldownSeconds } = input
  const whole = (value: number | null | undefined, name: 'windowSeconds' | 'minAttempts' | 'cooldownSeconds', max: number) =>
    value === undefined ? before[name] : parseWhole(value ?? DEFAULT_BREAKER[name], `breaker.${name}`, 1, max)
  if (typeof (enabled ?? true) !== 'boolean') throw new DocketError('BAD_USER_INPUT', 'enabled is true or false.', 'breaker.enabled')
  return {
    enabled: enabled === undefined ? before.enabled : (enabled ?? DEFAULT_BREAKER.enabled),
    failureShare: failureShare === undefined ? before.failureShare : parseShare(failureShare ?? DEFAULT_BREAKER.failureShare),
    windowSeconds: whole(windowSeconds, 'windowSeconds', WINDOW_MAX_SECONDS),
    minAttempts: whole(minAttempts, 'minAttempts', ATTEMPTS_MAX),
    cooldownSeconds: whole(cooldownSeconds, 'cooldownSeconds', COOLDOWN_MAX_SECONDS),
  }
}

function parseShare(value: unknown): number {
  if (typeof value === 'number' && value > 0 && value <= 1) return value
  throw new DocketError(
    'BAD_USER_INPUT',
    'failureShare must be above 0 and at most 1; 0.5 opens when half of the attempts fail.',
    'breaker.failureShare',
  )
}

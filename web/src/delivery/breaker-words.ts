import type { BreakerState, BreakerViewFragment } from '../../../sdk/generated/operations.ts'
import { span } from '../format.ts'

export const BREAKER_NAMES: Readonly<Record<BreakerState, string>> = {
  CLOSED: 'Circuit closed',
  OPEN: 'Circuit open',
  HALF_OPEN: 'Circuit half open',
}

/** What the state means for the runs of the service. */
export function breakerWords({ enabled, state }: Pick<BreakerViewFragment, 'enabled' | 'state'>): string {
  if (state === 'OPEN') return 'Too many requests failed, so the service is not called. Its runs wait; none is lost.'
  if (state === 'HALF_OPEN') return 'One request is sent to see whether the service is back. The others wait; none is lost.'
  return enabled ? 'Requests go out as they are due.' : 'Requests go out as they are due, however many fail.'
}

/** When it opens and for how long: `Opens when 50 % of at least 20 requests within 1 min fail; tries again after 30 s.` */
export function breakerRule(breaker: Omit<BreakerViewFragment, 'state' | 'openedAt' | 'probeAt'>): string {
  if (!breaker.enabled) return 'Never opens.'
  const { failureShare, minAttempts, windowSeconds, cooldownSeconds } = breaker
  const window = span(windowSeconds * 1000)
  return `Opens when ${percent(failureShare)} or more of at least ${minAttempts} requests within ${window} fail, and tries again after ${span(cooldownSeconds * 1000)}.`
}

/** `50 %`. A share that went through a float of 32 bits still reads as it was typed. */
export const percent = (share: number): string => `${percentOf(share)} %`

/** 0.5 as `50`, for an input. */
export const percentOf = (share: number): string => String(Math.round(share * 1000) / 10)

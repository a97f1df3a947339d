import type { Origin, Origins } from './origins.ts'

/** Due rows of busy hosts lie before those of others and have to be passed over, all of them each time: after a look that found nothing, none for this many times as long. */
const LOOK_PAST_TIMES = 10
/** And none before a host was busy for so long: at the beginning of a burst it takes a moment until its pace is known, and more of its rows fit. */
const LOOK_PAST_AFTER_MS = 100

/** Which rows a look for due ones should bring. */
export interface Look {
  limit: number
  /** Beginnings of the URLs of hosts whose rows it passes over. */
  saturated: string[]
}

/** Hosts that have as many rows here as is good, so that looks for due rows pass over theirs. Instants are ms, any clock. */
export interface BusyHosts {
  /** How at most `limit` rows are looked for now; undefined while a look past the busy hosts is not worth its price. */
  look(limit: number, now: number): Look | undefined
  /** It passed hosts over and found all that there is. */
  foundAll(look: Look, askedAt: number, now: number): void
  /** One place of the host is free again. True when a look left it out, and the next one need not. */
  freed(origin: Origin, now: number): boolean
}

export interface BusyHostsOptions {
  origins: Origins
  /** How many rows of the host may be here. */
  limitOf(origin: Origin, now: number): number
}

export function createBusyHosts({ origins, limitOf }: BusyHostsOptions): BusyHosts {
  let lookPastAt = 0
  let busySince = Number.POSITIVE_INFINITY
  /** Until then, or until a host is not busy any more, there is nothing new to find out: this is asked after every run, and hosts may be many. */
  let idleUntil = Number.NEGATIVE_INFINITY

  /** Too little of its limit is left for a batch; its rows would be marked long before they can be sent. */
  const isBusy = (origin: Origin, now: number) => {
    const limit = limitOf(origin, now)
    return origin.waiting.length > 0 || limit - origin.active < Math.max(1, limit / 4)
  }

  return {
    look(limit, now) {
      if (now < idleUntil) return undefined
      const saturated: string[] = []
      let most = limit
      for (const origin of origins.all()) {
        origin.leftOut = isBusy(origin, now)
        if (origin.leftOut) saturated.push(`${origin.name}/`)
        else most = Math.min(most, limitOf(origin, now) - origin.active)
      }
      busySince = saturated.length > 0 ? Math.min(busySince, now) : Number.POSITIVE_INFINITY
      idleUntil = saturated.length > 0 ? Math.max(lookPastAt, busySince + LOOK_PAST_AFTER_MS) : Number.NEGATIVE_INFINITY
      if (now < idleUntil) return undefined
      return { limit: most, saturated }
    },
    foundAll({ saturated }, askedAt, now) {
      if (saturated.length > 0) lookPastAt = now + LOOK_PAST_TIMES * (now - askedAt)
    },
    freed(origin, now) {
      if (!origin.leftOut || isBusy(origin, now)) return false
      origin.leftOut = false
      idleUntil = Number.NEGATIVE_INFINITY
      return true
    },
  }
}

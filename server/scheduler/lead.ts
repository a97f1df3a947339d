/** How long before its instant a claimed row is marked RUNNING. */
export interface Lead {
  /** A mark was asked for `tookMs` ago and is there. `now` in ms, any clock. */
  took(tookMs: number, now: number): void
  ms(now: number): number
}

/** Time for the statement to come back from a quiet disk, and not much more, since `cancel` is too late from then on. */
const LEAST_MS = 100
/** A disk that stalls for longer makes runs late; who cancels half a second before the instant still may. */
const MOST_MS = 500
/** Stalls come in flocks. A flock that was not seen for this long is over. */
const REMEMBERED_MS = 30_000

/** Follows the slowest mark of late: it has to be durable before its request may leave, and disks stall. */
export function createLead(): Lead {
  let since = Number.NEGATIVE_INFINITY
  let slowest = 0
  let slowestBefore = 0
  const turn = (now: number) => {
    if (now - since < REMEMBERED_MS) return
    slowestBefore = now - since < 2 * REMEMBERED_MS ? slowest : 0
    slowest = 0
    since = now
  }
  return {
    took(tookMs, now) {
      turn(now)
      slowest = Math.max(slowest, tookMs)
    },
    ms(now) {
      turn(now)
      return Math.min(MOST_MS, Math.max(LEAST_MS, 2 * Math.max(slowest, slowestBefore)))
    },
  }
}

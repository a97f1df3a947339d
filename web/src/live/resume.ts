/** What graphql-ws sends to start a subscription. It sends the same object again after a reconnect, so changing it moves the start. */
export interface Resumable {
  variables?: Record<string, unknown> | null | undefined
}

/** Close code of the server for a subscriber that read too slowly: what it missed is loaded, not replayed. */
export const TOO_SLOW = 4013

/** Away for longer than this, loading the present is cheaper than replaying all that happened. */
const REPLAY_WITHIN_MS = 60_000

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 10_000

/** Milliseconds before try `tries` (from 0): doubled up to 10 s, the upper half by chance, so that pages do not return as one. */
export function reconnectDelay(tries: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(tries, 16))
  return Math.round(whole / 2 + (whole / 2) * random)
}

/** Keeps the cursors of the running subscriptions and decides after each loss whether replay closes the gap. */
export function createResume() {
  const running = new Set<Resumable>()
  let lost: { code: number; at: number } | undefined
  let gap = false
  return {
    add(payload: Resumable) {
      running.add(payload)
      return {
        seen: (cursor: string) => {
          payload.variables = { ...payload.variables, after: cursor }
        },
        forget: () => {
          running.delete(payload)
        },
      }
    },
    closed(code: number, at: number): void {
      // Of several failed tries, the first tells since when nothing was heard.
      lost ??= { code, at }
    },
    /** Called with the socket open and nothing sent yet. */
    opened(at: number): void {
      if (!lost) return
      const replay = lost.code !== TOO_SLOW && at - lost.at <= REPLAY_WITHIN_MS
      for (const payload of running) {
        if (!replay) payload.variables = { ...payload.variables, after: undefined }
        if (!payload.variables?.after) gap = true
      }
    },
    /** True when something may have been passed over. */
    connected(): boolean {
      const passedOver = gap
      lost = undefined
      gap = false
      return passedOver
    },
  }
}

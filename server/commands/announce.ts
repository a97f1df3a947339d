import type { ActionSpec } from '../domain/action.ts'
import type { Signal } from '../store/signal.ts'

/** The scheduler looks a second ahead by itself; only what may be due before its next look must wake it. */
const SOON_MS = 2_000

/** After the commit that stored actions: wakes the readers of the log, and the scheduler when one of the actions is due soon. */
export function announceActions(signal: Signal, actions: readonly { spec: ActionSpec; nextRunAt: number | null }[], now: number): void {
  signal.emit('events')
  if (actions.some((action) => firstDue(action, now) < now + SOON_MS)) signal.emit('due')
}

function firstDue({ spec: { schedule }, nextRunAt }: { spec: ActionSpec; nextRunAt: number | null }, now: number): number {
  return schedule.kind === 'ONE_TIME' ? (schedule.scheduledAt ?? now) : (nextRunAt ?? Number.POSITIVE_INFINITY)
}

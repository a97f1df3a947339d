import { DAY_MS } from './calendar.ts'
import { movesTo } from './calendar-days.ts'
import { wallTimesOf } from './interval.ts'
import { instantsOf, type LocalDays, localDays, localTime } from './local-days.ts'
import { type Run, runsAt } from './occurrences.ts'
import { type Calendar, intervalOf, plainTimes, type Rule } from './recurring.ts'
import { compile } from './schedule.ts'

/** Why a schedule runs at an instant. */
export interface Origin {
  /** The local times that it names there; none for an interval of real time. */
  runs: Run[]
  /** The excluded dates (as if UTC, ms) whose runs a calendar moved here. */
  movedFrom: number[]
  /** Besides those it has a run of its own here. */
  own: boolean
}

/** Answers why a schedule runs at one of its nominal times (epoch ms). */
export function originsOf(rule: Rule, calendar: Calendar | null): (at: number) => Origin {
  const zone = localDays(rule.timezone)
  // Every run of a ROLLING schedule counts from the one before, so none has a moved neighbour.
  const moving = calendar && rule.calendarRule === 'NEXT_BUSINESS_DAY' && rule.recurrence !== 'ROLLING'
  if (!moving) return (at) => ({ runs: plainRuns(rule, zone, at), movedFrom: [], own: true })
  const next = plainTimes(rule, 0)
  const moves = movesTo(next, calendar, zone)
  return (at) => {
    const today = Math.floor(localTime(zone, at) / DAY_MS)
    const found = moves(at).map(({ from }) => localTime(zone, from))
    const own = next(at - 1) === at
    const landed = found.map((local) => runAt(zone, (today - Math.floor(local / DAY_MS)) * DAY_MS + local, at))
    return {
      runs: own ? plainRuns(rule, zone, at) : landed.slice(0, 1),
      movedFrom: [...new Set(found.map((local) => Math.floor(local / DAY_MS) * DAY_MS))],
      own,
    }
  }
}

function plainRuns(rule: Rule, zone: LocalDays, at: number): Run[] {
  const { cronExpression, timezone, dstPolicy } = rule
  if (cronExpression !== null) return runsAt(compile({ cronExpression, timezone, dstPolicy }), at)
  return rule.recurrence === 'ROLLING' ? [] : wallTimesOf(intervalOf(rule, at), at).map((named) => runAt(zone, named, at))
}

/** What the clocks made of a local time that runs at `at`. */
export function runAt(zone: LocalDays, named: number, at: number): Run {
  if (localTime(zone, at) !== named) return { at, named, kind: 'MOVED' }
  const day = zone.read(Math.floor(named / DAY_MS))
  const instants = typeof day === 'number' ? [at] : instantsOf(day, named)
  return { at, named, kind: instants.length === 1 ? 'PLAIN' : instants[0] === at ? 'FIRST' : 'SECOND' }
}

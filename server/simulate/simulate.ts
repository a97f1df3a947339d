import { afterInterruption } from '../domain/interrupted.ts'
import { decideOverlap, supersededAs } from '../domain/overlap.ts'
import { mayBeLateMs } from '../domain/run-policies.ts'
import { createHeap } from '../scheduler/heap.ts'
import { LEASE_MARGIN_MS } from '../store/mark-running.ts'
import type { SimulatedAction } from './action.ts'
import { watchCollisions } from './collisions.ts'
import { createDowntimes, type Downtime } from './downtime.ts'
import { createCourse, firstPlan, type PlannedRuns, planAfterEnd, planRuns } from './planner.ts'
import { become, type Circumstances, type Course, type Run } from './run.ts'
import { type ActionCounts, type Collisions, countEnd, totalOf } from './tally.ts'
import { type Answer, answerOf, DEFAULT_TARGET, judge, type TargetModel } from './target.ts'
import { createTimeline, type TimelineEntry } from './timeline.ts'

export interface SimulateOptions {
  actions: readonly SimulatedAction[]
  /** Nominal times from here on, until before `to`; epoch ms. What was begun is followed to its end, also after `to`. */
  from: number
  to: number
  /** Decides failures, durations and the jitter of retries; a whole number, default 1. */
  seed?: number
  /** Default: answers 200 after 200 ms. An action's own `target` goes before it. */
  target?: TargetModel
  /** Default: none. */
  downtimes?: readonly Downtime[]
  /** Entries of the timeline to keep, default 20. */
  first?: number
  /** Gets the whole timeline as JSON lines, some at a time. */
  onLines?: (lines: string) => void
}

export interface Simulation {
  /** In the order of `actions`. */
  actions: ActionCounts[]
  total: ActionCounts
  collisions: Collisions
  /** The first entries of the timeline. */
  timeline: TimelineEntry[]
  /** How many there are. */
  entries: number
  /** SHA-256 of the whole timeline as JSON lines: the same input and seed give the same digest. */
  digest: string
}

const TIMELINE_FIRST = 20
const BUSIEST_MINUTES = 5

/** The order of what happens in the same millisecond: a run that ends makes room for one that is due. */
type Kind = 'END' | 'PLAN' | 'DUE'
const RANK: Readonly<Record<Kind, number>> = { END: 0, PLAN: 0.25, DUE: 0.5 }

const PLAIN: Circumstances = {}

interface Happening {
  /** Epoch ms and, as the part of one, the rank. */
  runAt: number
  kind: Kind
  course: Course
  /** With PLAN: where to plan from. */
  nextRunAt: number
  /** With END and DUE. */
  run: Run | undefined
  /** With END: which attempt of it, and how that ends; undefined when nobody is there to see it. */
  attempt: number
  answer: Answer | undefined
}

/**
 * Plays through what the scheduler would do: its own planner, overlap and catch-up rules, lifecycle and judgement of answers, on a clock
 * that jumps from one happening to the next, with a target that behaves as told. Sends nothing, waits for nothing, and knows neither the
 * time nor chance: the same options give the same answer.
 *
 * Requests are not limited in number, runs that people start are not in it, and the scheduler's own rounds take no time.
 */
export function simulate(options: SimulateOptions): Simulation {
  const { from, to, seed = 1, target = DEFAULT_TARGET, downtimes = [], first = TIMELINE_FIRST, onLines } = options
  const down = createDowntimes(downtimes)
  const timeline = createTimeline({ first, onLines })
  const watch = watchCollisions(BUSIEST_MINUTES)
  const heap = createHeap<Happening>()
  let now = Number.NEGATIVE_INFINITY

  const push = (kind: Kind, at: number, course: Course, nextRunAt: number, run?: Run, answer?: Answer) =>
    heap.push({ runAt: at + RANK[kind], kind, course, nextRunAt, run, attempt: run?.attempt ?? 0, answer })

  /** A run comes into a state; `missedCount` others that have no row share its fate. */
  function change(run: Run, status: Run['status'], { reason, error = null, retryAt = null, missedCount = 0 }: Circumstances = PLAIN) {
    const over = become(run, status, reason)
    const { scheduledFor, attempt, course } = run
    const { name } = course.action
    timeline.add({ at: now, action: name, scheduledFor, status, attempt, reason: reason ?? null, error, retryAt, missedCount })
    if (over) countEnd(course.counts, status, reason ?? null, 1 + missedCount)
  }

  function plan(course: Course, nextRunAt: number) {
    const { rows, next }: PlannedRuns = planRuns(course, nextRunAt, now, to)
    for (const { scheduledFor, missed, missedCount } of rows) {
      course.counts.occurrences += 1 + missedCount
      const effectiveAt = scheduledFor + course.spreadMs
      const run: Run = { course, scheduledFor, effectiveAt, madeLate: effectiveAt < now, status: 'PENDING', attempt: 0 }
      if (missed) change(run, 'MISSED', { reason: missed, missedCount })
      else push('DUE', effectiveAt, course, 0, run)
    }
    if (next) push('PLAN', next.at, course, next.nextRunAt)
  }

  /** An occurrence that had its row in time, and was not sent within the window of its action because of a downtime. */
  function isTooLate({ course, madeLate, effectiveAt }: Run): boolean {
    const { schedule, policies } = course.action
    if (schedule.kind !== 'RECURRING' || madeLate || now - effectiveAt <= mayBeLateMs(policies)) return false
    return down.breaks(effectiveAt, now)
  }

  function due(run: Run) {
    // The next attempt of a run is not held back: its run is under way.
    if (run.status === 'RETRYING') return start(run)
    if (run.status !== 'PENDING') return
    const { course } = run
    if (isTooLate(run)) return change(run, 'MISSED', { reason: 'SCHEDULER_DOWN' })
    if (course.underWay.length === 0 && course.waiting.length === 0) return start(run)
    course.counts.overlapped++
    const others = [...course.underWay, ...course.waiting]
    const statuses = others.map(({ status }) => status)
    switch (decideOverlap(course.action.policies.overlapPolicy, statuses, run.madeLate)) {
      case 'RUN':
        return start(run)
      case 'SKIP':
        return change(run, 'MISSED', { reason: 'OVERLAP' })
      case 'WAIT':
        course.waiting.push(run)
        return
      case 'SUPERSEDE':
        for (const other of others) supersede(other)
        return start(run)
    }
  }

  function supersede(run: Run) {
    const { course, status } = run
    course.waiting = course.waiting.filter((other) => other !== run)
    course.underWay = course.underWay.filter((other) => other !== run)
    if (status === 'RUNNING') watch.ended()
    if (supersededAs(status) === 'CANCELLED') change(run, 'CANCELLED', { reason: 'SUPERSEDED' })
    else change(run, 'FAILED', { error: 'SUPERSEDED' })
  }

  function start(run: Run) {
    const { course } = run
    const { counts, action } = course
    if (run.status === 'PENDING') {
      course.underWay.push(run)
      counts.latestStartMs = Math.max(counts.latestStartMs, now - run.effectiveAt)
    } else counts.retries++
    counts.attempts++
    run.attempt++
    change(run, 'RUNNING')
    watch.started(now, course)
    const { attempt } = run
    const answer = answerOf(course.target, action.timeoutSeconds, course.chance, run.scheduledFor, attempt)
    const endsAt = now + answer.durationMs
    if (!down.breaks(now, endsAt)) push('END', endsAt, course, 0, run, answer)
    // Nobody sees the answer. Whoever is up when the lease has run out judges the attempt.
    else push('END', down.upAt(now + action.timeoutSeconds * 1_000 + LEASE_MARGIN_MS), course, 0, run)
  }

  function end(run: Run, attempt: number, answer: Answer | undefined) {
    // A newer run may have taken its place meanwhile.
    if (run.status !== 'RUNNING' || run.attempt !== attempt) return
    const { course } = run
    const { maxAttempts, retry } = course.action
    const context = { attempt, maxAttempts, retry, now, random: course.chance(run.scheduledFor, attempt, 'JITTER') }
    const { status, errorCode, retryAt } = answer ? judge(answer.kind, context) : afterInterruption(context, now)
    watch.ended()
    change(run, status, { error: errorCode, retryAt })
    if (retryAt !== null) return push('DUE', retryAt, course, 0, run)
    course.underWay.splice(course.underWay.indexOf(run), 1)
    while (course.underWay.length === 0 && course.waiting.length > 0) {
      const next = course.waiting.shift()!
      if (isTooLate(next)) change(next, 'MISSED', { reason: 'SCHEDULER_DOWN' })
      else start(next)
    }
    const next = planAfterEnd(course, now)
    if (next) push('PLAN', next.at, course, next.nextRunAt)
  }

  const courses = options.actions.map((action) => createCourse(action, { target, seed, to }))
  for (const course of courses) {
    const next = firstPlan(course, from)
    if (next) push('PLAN', next.at, course, next.nextRunAt)
  }
  for (let happening = heap.pop(); happening; happening = heap.pop()) {
    const { runAt, kind, course, nextRunAt, run, attempt, answer } = happening
    const at = Math.max(now, Math.floor(runAt))
    const up = down.upAt(at)
    if (up > at) {
      heap.push({ ...happening, runAt: up + RANK[kind] })
      continue
    }
    now = at
    if (kind === 'PLAN') plan(course, nextRunAt)
    else if (kind === 'DUE') due(run!)
    else end(run!, attempt, answer)
  }

  const counts = courses.map((course) => course.counts)
  const total = totalOf(counts)
  const { first: kept, entries, digest } = timeline.finish()
  return { actions: counts, total, collisions: { ...watch.finish(), overlapped: total.overlapped }, timeline: kept, entries, digest }
}

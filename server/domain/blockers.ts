import type { ExecutionMode } from './execution-mode.ts'
import { type HeldBack, laneBlockers } from './lane-blockers.ts'
import { type InvocationStatus, isFinal } from './lifecycle.ts'

export type BlockerCode =
  | 'AWAITING_APPROVAL'
  | 'PROJECT_PAUSED'
  | 'PAUSED'
  | 'SCHEDULED'
  | 'RETRY_WAIT'
  | 'OVERLAP'
  | 'CIRCUIT_OPEN'
  | 'CONCURRENCY_LIMIT'
  | 'RATE_LIMIT'
  | 'SCHEDULER_OFF'
  | 'QUEUED'

/** One reason why an invocation does not run now. */
export interface Blocker {
  code: BlockerCode
  /** One sentence. */
  message: string
  /** When it ends by itself, epoch ms; null when nobody can say. */
  until: number | null
  /** What a person can do about it; null when there is nothing to do. */
  remedy: string | null
}

/** What is known of an invocation and its surroundings. Instants are epoch ms, database time. */
export interface Waiting {
  status: InvocationStatus
  trigger: string
  runAt: number
  held: boolean
  attemptCount: number
  pauseNote: string | null
  mode: ExecutionMode
  /** The run of the same action that it waits for, by the action's overlap policy. */
  inFront: { id: string; status: InvocationStatus } | null
  /** Its lane, while it waits in one. */
  heldBack: HeldBack | null
  /** When a scheduler was last at work on this database; null when there is none. */
  schedulerAt: number | null
  now: number
}

/** A scheduler looks at its work several times a second; one that did not for this long has stopped, or is cut off. */
const SCHEDULER_SILENT_MS = 15_000

/**
 * Why an invocation does not run now: first what takes a person to decide, then what time and other runs decide. At least one for
 * each that is neither running nor final, else none.
 */
export function blockersOf(waiting: Waiting): Blocker[] {
  const { status, runAt, now } = waiting
  if (status === 'RUNNING' || isFinal(status)) return []
  const found = [approval(waiting), project(waiting), action(waiting), time(waiting)]
  if (runAt <= now) found.push(overlap(waiting), ...(waiting.heldBack ? laneBlockers(waiting.heldBack, now) : []))
  found.push(scheduler(waiting))
  const blockers = found.filter((blocker) => blocker !== undefined)
  return blockers.length > 0 ? blockers : [QUEUED]
}

const QUEUED: Blocker = {
  code: 'QUEUED',
  message: 'It is due and about to be sent, as soon as there is room beside the requests that are under way.',
  until: null,
  remedy:
    'If this lasts, the target answers slowly or more is due than one server sends at a time: see how long its runs take, or start another server.',
}

function approval({ status }: Waiting): Blocker | undefined {
  if (status !== 'AWAITING_APPROVAL') return undefined
  return { code: 'AWAITING_APPROVAL', message: 'Nobody has approved it yet.', until: null, remedy: 'Approve or reject it.' }
}

function project({ mode, trigger }: Waiting): Blocker | undefined {
  const stopped = mode === 'ALL_PAUSED' || (mode === 'SCHEDULES_PAUSED' && trigger === 'SCHEDULE')
  if (!stopped) return undefined
  const message = mode === 'ALL_PAUSED' ? 'The project is paused: nothing is sent.' : 'The schedules of the project are paused.'
  return { code: 'PROJECT_PAUSED', message, until: null, remedy: 'Set the execution mode of the project to ACTIVE.' }
}

function action({ held, status, pauseNote }: Waiting): Blocker | undefined {
  if (!held || status === 'AWAITING_APPROVAL') return undefined
  const message = pauseNote ? `Its action is paused: ${pauseNote}` : 'Its action is paused.'
  return { code: 'PAUSED', message, until: null, remedy: 'Resume the action.' }
}

function time({ status, runAt, now, attemptCount }: Waiting): Blocker | undefined {
  if (runAt <= now || status === 'AWAITING_APPROVAL') return undefined
  // A mark that was taken back leaves a row in RETRYING of which nothing was sent.
  if (status === 'PENDING' || attemptCount === 0) {
    return { code: 'SCHEDULED', message: 'Its time has not come yet.', until: runAt, remedy: 'To run the action at once, invoke it now.' }
  }
  const message = `Attempt ${attemptCount} failed; it waits before attempt ${attemptCount + 1}.`
  return { code: 'RETRY_WAIT', message, until: runAt, remedy: 'To stop it, cancel it; after that it can be repeated at once.' }
}

function overlap({ inFront }: Waiting): Blocker | undefined {
  if (!inFront) return undefined
  return {
    code: 'OVERLAP',
    message: `Another run of its action is not over: ${inFront.id} is ${inFront.status}.`,
    until: null,
    remedy:
      inFront.status === 'RUNNING'
        ? 'It starts when that one ends. To let runs overlap, set the overlapPolicy of the action to ALLOW.'
        : 'It starts when that one ends; that one can be cancelled. To let runs overlap, set the overlapPolicy of the action to ALLOW.',
  }
}

function scheduler({ schedulerAt, now }: Waiting): Blocker | undefined {
  if (schedulerAt !== null && schedulerAt > now - SCHEDULER_SILENT_MS) return undefined
  return {
    code: 'SCHEDULER_OFF',
    message: 'No scheduler is at work on this database.',
    until: null,
    remedy: 'Start a server with SCHEDULER=in-process, which is the default.',
  }
}

import { type DbClock, monotonic } from '../clock.ts'
import { newId } from '../new-id.ts'
import type { Running } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'
import type { Vault } from '../store/vault.ts'
import { classify } from './classify.ts'
import { recordOf } from './record.ts'
import { NOTHING_TO_HIDE, type Redact } from './redact.ts'
import { buildRequest, type OutgoingRequest } from './request.ts'
import { createOpener } from './secrets.ts'
import { type Sender, type SendResult, SupersededError } from './send.ts'
import { UnsendableError, unsent } from './unsendable.ts'

export interface DeliverOptions {
  sender: Sender
  clock: DbClock
  /** Who holds the lease of what is sent: part of the fence of its outcome. */
  owner: string
  headerPrefix: string
  userAgent: string
  vault: Vault
  random?: () => number
}

/** What `done` learns: what to write, and whether the target is gone for good. */
export interface Delivered {
  run: Running
  outcome: Outcome
  gone: boolean
}

/** Gives back a function that ends the attempt because a newer run takes its place. */
export type Deliver = (run: Running, done: (delivered: Delivered) => void) => () => void

export interface Delivery {
  /** Sends one running invocation now and hands back the outcome to record; `done` is called once, later. */
  deliver: Deliver
  /**
   * Makes the requests of runs that are about to be sent. Opening and signing many in one go takes a third of what it takes one by one
   * between other work, and the time is not missing at the instant. What cannot be made is found out when it is sent.
   */
  prepare(runs: readonly Running[]): void
}

/** A request that is ready to go. */
interface Prepared {
  request: OutgoingRequest
  redact: Redact
  attemptId: string
  /** It is signed for this second. */
  timestamp: number
}

export function createDeliver({ sender, clock, owner, headerPrefix, userAgent, vault, random = Math.random }: DeliverOptions): Delivery {
  const open = createOpener(vault)
  const prepared = new WeakMap<Running, Prepared>()

  const make = (run: Running, timestamp: number, attemptId = newId()): Prepared => {
    const { headers, signing, redact } = open(run)
    const request = buildRequest(run, headers, { headerPrefix, attemptId, userAgent, timestamp, keys: signing.keys })
    return { request, redact, attemptId, timestamp }
  }

  const take = (run: Running, timestamp: number, attemptId: string): Prepared => {
    const ready = prepared.get(run)
    return ready?.timestamp === timestamp ? ready : make(run, timestamp, attemptId)
  }

  function prepare(runs: readonly Running[]): void {
    for (const run of runs) {
      try {
        prepared.set(run, make(run, secondOf(Math.max(clock.now(), run.runAt))))
      } catch {
        // It is made again, and fails again, when its outcome can be recorded.
      }
    }
  }

  const deliver: Deliver = (run, done) => {
    const attemptId = prepared.get(run)?.attemptId ?? newId()
    const end = (result: SendResult, redact: Redact) => {
      const ahead = clock.now() - monotonic()
      const { gone, errorMessage, ...verdict } = classify(result, {
        attempt: run.attempt,
        maxAttempts: run.maxAttempts,
        now: result.finishedAt + ahead,
        random: random(),
        retry: run.retry,
      })
      const response = result.response && redact.response(result.response, result.response.truncated || result.failure !== undefined)
      done({
        run,
        gone,
        outcome: {
          invocationId: run.id,
          attempt: run.attempt,
          owner,
          attemptId,
          ...recordOf(result, response, ahead),
          callback: run.callback,
          limited: run.limited,
          run: { projectId: run.projectId, actionId: run.actionId, asked: run.asked },
          errorMessage: errorMessage && redact.text(errorMessage),
          ...verdict,
        },
      })
    }
    try {
      const { request, redact } = take(run, secondOf(clock.now()), attemptId)
      const giveUp = sender.send(request, run.timeoutSeconds * 1000, (result) => end(result, redact))
      return () => giveUp(new SupersededError('A newer run of the action took its place.'))
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error
      queueMicrotask(() => end(unsent(error, monotonic()), NOTHING_TO_HIDE))
      return () => {}
    }
  }
  return { deliver, prepare }
}

const secondOf = (ms: number): number => Math.floor(ms / 1000)

import { type DbClock, monotonic } from '../clock.ts'
import { newId } from '../new-id.ts'
import type { Running } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'
import type { Vault } from '../store/vault.ts'
import { classify } from './classify.ts'
import { recordOf } from './record.ts'
import { NOTHING_TO_HIDE, type Redact } from './redact.ts'
import { buildRequest } from './request.ts'
import { createOpener, type Opened } from './secrets.ts'
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

/** Makes the function that sends one running invocation now and hands back the outcome to record; `done` is called once, later. */
export function createDeliver({ sender, clock, owner, headerPrefix, userAgent, vault, random = Math.random }: DeliverOptions): Deliver {
  const open = createOpener(vault)

  const send = (
    run: Running,
    attemptId: string,
    { headers, signing, redact }: Opened,
    end: (result: SendResult, redact: Redact) => void,
  ) => {
    const timestamp = Math.floor(clock.now() / 1000)
    const request = buildRequest(run, headers, { headerPrefix, attemptId, userAgent, timestamp, keys: signing.keys })
    return sender.send(request, run.timeoutSeconds * 1000, (result) => end(result, redact))
  }

  return (run, done) => {
    const attemptId = newId()
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
          errorMessage: errorMessage && redact.text(errorMessage),
          ...verdict,
        },
      })
    }
    try {
      const giveUp = send(run, attemptId, open(run), end)
      return () => giveUp(new SupersededError('A newer run of the action took its place.'))
    } catch (error) {
      if (!(error instanceof UnsendableError)) throw error
      queueMicrotask(() => end(unsent(error, monotonic()), NOTHING_TO_HIDE))
      return () => {}
    }
  }
}

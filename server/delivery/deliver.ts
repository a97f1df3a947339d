import { type DbClock, monotonic } from '../clock.ts'
import { newId } from '../new-id.ts'
import { openHeaders } from '../store/action-headers.ts'
import type { Running } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'
import type { Vault } from '../store/vault.ts'
import { classify } from './classify.ts'
import { buildRequest } from './request.ts'
import { type Sender, SupersededError } from './send.ts'

export interface DeliverOptions {
  sender: Sender
  clock: DbClock
  /** Who holds the lease of what is delivered: part of the fence of its outcome. */
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
  return (run, done) => {
    const attemptId = newId()
    const request = buildRequest(run, openHeaders(vault, run.actionId, run.headers), { headerPrefix, attemptId, userAgent })
    const giveUp = sender.send(request, run.timeoutSeconds * 1000, (result) => {
      const { response, startedAt, finishedAt } = result
      const ahead = clock.now() - monotonic()
      const { gone, ...verdict } = classify(result, {
        attempt: run.attempt,
        maxAttempts: run.maxAttempts,
        now: finishedAt + ahead,
        random: random(),
        retry: run.retry,
      })
      done({
        run,
        gone,
        outcome: {
          invocationId: run.id,
          attempt: run.attempt,
          owner,
          attemptId,
          startedAt: startedAt + ahead,
          finishedAt: finishedAt + ahead,
          durationMs: finishedAt - startedAt,
          responseCode: response?.code ?? null,
          responseHeaders: response?.headers ?? null,
          responseBody: response?.body ?? null,
          truncated: response?.truncated ?? false,
          phases: null,
          failedPhase: null,
          callback: run.callback,
          limited: run.limited,
          ...verdict,
        },
      })
    })
    return () => giveUp(new SupersededError('A newer run of the action took its place.'))
  }
}

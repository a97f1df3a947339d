import { newId } from '../server/new-id.ts'
import type { Running } from '../server/store/mark-running.ts'
import type { Outcome } from '../server/store/settle.ts'

/** What came of an attempt of that run: its target has answered 200. `owner`: UUID of the server that had it. */
export const outcomeOf = (run: Running, owner: string, changes: Partial<Outcome> = {}): Outcome => ({
  invocationId: run.id,
  attempt: run.attempt,
  owner,
  status: 'SUCCEEDED',
  retryAt: null,
  attemptId: newId(),
  startedAt: run.runAt + 1,
  finishedAt: run.runAt + 2.5,
  durationMs: 1.5,
  responseCode: 200,
  responseHeaders: { a: 'b' },
  responseBody: 'done',
  truncated: false,
  errorSource: null,
  errorCode: null,
  errorMessage: null,
  phases: [null, 0.5, null, 0.1, 0.7, 0.2],
  failedPhase: null,
  callback: false,
  limited: false,
  ...changes,
})

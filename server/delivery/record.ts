import type { AttemptRecord } from '../store/attempt-record.ts'
import type { SendResult, SentResponse } from './send.ts'

/**
 * What the record of an attempt says of its request; why it failed is for who judges it.
 *
 * @param response the one of the result, as it may be kept
 * @param ahead what the database's clock is ahead of `monotonic()`, ms
 */
export function recordOf(
  { startedAt, finishedAt, phases, failedPhase }: SendResult,
  response: SentResponse | undefined,
  ahead: number,
): Omit<AttemptRecord, 'attemptId' | 'errorCode' | 'errorMessage'> {
  return {
    startedAt: startedAt + ahead,
    finishedAt: finishedAt + ahead,
    durationMs: finishedAt - startedAt,
    responseCode: response?.code ?? null,
    responseHeaders: response?.headers ?? null,
    responseBody: response?.body ?? null,
    truncated: response?.truncated ?? false,
    phases,
    failedPhase,
  }
}

/** In the record of an attempt whose end nobody saw. */
export const UNSEEN = {
  responseCode: null,
  responseHeaders: null,
  responseBody: null,
  truncated: false,
  phases: null,
  failedPhase: null,
} as const

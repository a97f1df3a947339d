/** What is kept of one attempt, of a run or of a callback. Instants are epoch ms, database time. */
export interface AttemptRecord {
  attemptId: string
  startedAt: number
  finishedAt: number
  durationMs: number
  responseCode: number | null
  responseHeaders: Record<string, string | string[]> | null
  responseBody: string | null
  truncated: boolean
  errorCode: string | null
  errorMessage: string | null
  /** How long each phase took, ms; null for one that did not take place. */
  phases: Phases | null
  /** Where it broke off. */
  failedPhase: AttemptPhase | null
}

export type AttemptPhase = 'GUARD' | 'DNS' | 'CONNECT' | 'TLS' | 'SEND' | 'WAIT' | 'BODY'
export type Phases = readonly [
  dns: number | null,
  connect: number | null,
  tls: number | null,
  send: number | null,
  wait: number | null,
  body: number | null,
]

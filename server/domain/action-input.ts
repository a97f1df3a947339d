import type { HttpMethod } from './http-method.ts'

// What callers hand in, named as in schema.graphql. Null means the same as absent, except in UpdateActionInput.

/** Exactly one of: `serviceId` and `path`, or `url`. */
export interface TargetInput {
  serviceId?: string | null
  path?: string | null
  url?: string | null
}

/** `cronExpression` and `timezone`, or `scheduledAt` (RFC 3339). */
export interface ScheduleInput {
  cronExpression?: string | null
  timezone?: string | null
  scheduledAt?: string | Date | null
}

export interface RetryInput {
  /** Attempts in all, 1–100. */
  maxAttempts?: number | null
}

export interface RecordInput {
  type: string
  id: string
}

export interface RequestInput {
  method?: HttpMethod | null
  headers?: unknown
  body?: unknown
  timeoutSeconds?: number | null
}

export interface PolicyInput {
  retryable?: boolean | null
  retry?: RetryInput | null
}

export interface CreateActionInput extends RequestInput, PolicyInput {
  name: string
  /** Upsert key: the same key updates instead of duplicating. */
  key?: string | null
  target: TargetInput
  /** None = ON_DEMAND. */
  schedule?: ScheduleInput | null
  recordType?: string | null
  enabled?: boolean | null
  tags?: readonly string[] | null
}

/** An absent field stays as it is; null puts it back to its default (`schedule: null` makes the action ON_DEMAND). */
export interface UpdateActionInput extends RequestInput, PolicyInput {
  name?: string | null
  target?: TargetInput | null
  schedule?: ScheduleInput | null
  recordType?: string | null
  tags?: readonly string[] | null
}

/** A single request, now or at `scheduledAt`. */
export interface SendInput extends RequestInput, PolicyInput, TargetInput {
  /** Default: the method and the address. */
  name?: string | null
  scheduledAt?: string | Date | null
  record?: RecordInput | null
  tags?: readonly string[] | null
}

import type { ApprovalPolicyInput } from './approval-policy.ts'
import type { DedupeInput } from './dedupe.ts'
import type { HttpMethod } from './http-method.ts'
import type { RetryInput } from './retry-input.ts'
import type { RunPoliciesInput } from './run-policies.ts'

// What callers hand in, named as in schema.graphql. Null means the same as absent, except in UpdateActionInput.

/** Exactly one of: `serviceId` and `path`, or `url`. */
export interface TargetInput {
  serviceId?: string | null
  path?: string | null
  url?: string | null
}

/** Exactly one of `cronExpression`, `every` and `scheduledAt` (RFC 3339). */
export interface ScheduleInput {
  cronExpression?: string | null
  /** `every-30-minutes`, `hourly`, `daily`, `weekly` or an ISO 8601 duration of at least a minute. */
  every?: string | null
  /** With `every`; default FIXED. */
  recurrence?: 'FIXED' | 'ROLLING' | null
  scheduledAt?: string | Date | null
  timezone?: string | null
  startAt?: string | Date | null
  endAt?: string | Date | null
  dstPolicy?: 'ONCE' | 'LITERAL' | null
  spreadSeconds?: number | null
  calendarId?: string | null
  /** With `calendarId`; default SKIP. */
  calendarRule?: 'SKIP' | 'NEXT_BUSINESS_DAY' | null
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

export interface DeliveryInput {
  /** Gets the final invocation as a signed POST. */
  callbackUrl?: string | null
  /** Runs of all actions with the same key share one limit. */
  concurrencyKey?: string | null
}

export interface CreateActionInput extends RequestInput, PolicyInput, RunPoliciesInput, DeliveryInput {
  name: string
  /** Upsert key: the same key updates instead of duplicating. */
  key?: string | null
  target: TargetInput
  /** None = ON_DEMAND. */
  schedule?: ScheduleInput | null
  /** Null = nothing is needed. */
  approval?: ApprovalPolicyInput | null
  recordType?: string | null
  enabled?: boolean | null
  tags?: readonly string[] | null
}

/** An absent field stays as it is; null puts it back to its default (`schedule: null` makes the action ON_DEMAND). */
export interface UpdateActionInput extends RequestInput, PolicyInput, RunPoliciesInput, DeliveryInput {
  name?: string | null
  target?: TargetInput | null
  schedule?: ScheduleInput | null
  approval?: ApprovalPolicyInput | null
  recordType?: string | null
  tags?: readonly string[] | null
}

/** A single request, now or at `scheduledAt`. */
export interface SendInput extends RequestInput, PolicyInput, TargetInput, DeliveryInput {
  /** Default: the method and the address. */
  name?: string | null
  scheduledAt?: string | Date | null
  /** Deletes the action that this makes when its run has ended. */
  deleteAfterCompletion?: boolean | null
  record?: RecordInput | null
  tags?: readonly string[] | null
  /** Names this very request for 24 hours: asked for again, it is answered and not done again. */
  idempotencyKey?: string | null
  /** Its key counts among all requests that are sent. */
  dedupe?: DedupeInput | null
  /** How long the answer may wait for the end of the run. Default 0. */
  waitSeconds?: number | null
}

import type { VoidReason as Void } from '../domain/approval.ts'
import type { BlockerCode as Code } from '../domain/blockers.ts'
import type { BreakerState as State } from '../domain/breaker.ts'
import type { DedupeMode as Mode } from '../domain/dedupe.ts'
import * as stored from '../store/generated/prisma/enums.ts'
import { builder } from './builder.ts'

export const ActionKind = builder.enumType(stored.ActionKind, { name: 'ActionKind' })
export const AttemptPhase = builder.enumType('AttemptPhase', {
  description: 'Where an attempt broke off.',
  values: {
    GUARD: { description: 'The target may not be called.' },
    DNS: { description: 'Resolving its name.' },
    CONNECT: { description: 'Opening the connection.' },
    TLS: { description: 'Securing it.' },
    SEND: { description: 'Writing the request.' },
    WAIT: { description: 'Waiting for the first byte of the answer.' },
    BODY: { description: 'Reading the answer.' },
  },
})
export const ApprovalDecision = builder.enumType(stored.ApprovalDecision, { name: 'ApprovalDecision' })
export const ApprovalStatus = builder.enumType('ApprovalStatus', {
  values: {
    PENDING: { description: 'It is being decided.' },
    APPROVED: { description: 'Everyone who was needed agreed, a grant did, or someone broke the glass.' },
    REJECTED: { description: 'One person said no.' },
    EXPIRED: { description: 'Nobody decided in time.' },
    CANCELLED: { description: 'The run was cancelled before the decision.' },
  } satisfies Record<stored.ApprovalStatus, object>,
})
export const VoidReason = builder.enumType('VoidReason', {
  description: 'Why a vote no longer counts.',
  values: {
    EDITED: { description: 'The request is another one by now.' },
    ROLE: { description: 'The voter may no longer approve.' },
  } satisfies Record<Void, object>,
})
export const ActorKind = builder.enumType(stored.ActorKind, { name: 'ActorKind' })
export const BlockerCode = builder.enumType('BlockerCode', {
  values: {
    AWAITING_APPROVAL: { description: 'Nobody has approved it yet.' },
    PROJECT_PAUSED: { description: 'The execution mode of the project stops it.' },
    PAUSED: { description: 'Its action is paused.' },
    SCHEDULED: { description: 'Its time has not come yet.' },
    RETRY_WAIT: { description: 'It waits between two attempts.' },
    OVERLAP: { description: 'Another run of its action is not over.' },
    CIRCUIT_OPEN: { description: 'Its service kept failing; a probe will show whether it is back.' },
    CONCURRENCY_LIMIT: { description: 'As many runs as may be under way are under way.' },
    RATE_LIMIT: { description: 'As many runs as may start have started.' },
    SCHEDULER_OFF: { description: 'No scheduler is at work.' },
    QUEUED: { description: 'It is due and waits for its turn.' },
  } satisfies Record<Code, object>,
})
export const BreakerState = builder.enumType('BreakerState', {
  values: {
    CLOSED: { description: 'Runs are sent.' },
    OPEN: { description: 'Too many attempts failed: runs wait until a probe is answered.' },
    HALF_OPEN: { description: 'A probe is under way.' },
  } satisfies Record<State, object>,
})
export const BulkKind = builder.enumType(stored.BulkKind, { name: 'BulkKind' })
export const BulkStatus = builder.enumType(stored.BulkStatus, { name: 'BulkStatus' })
export const BackfillStatus = builder.enumType(stored.BackfillStatus, { name: 'BackfillStatus' })
export const CallbackStatus = builder.enumType('CallbackStatus', {
  values: {
    PENDING: { description: 'It is to be sent, or to be sent again.' },
    DELIVERED: { description: 'The receiver answered 2xx.' },
    FAILED: { description: 'It is given up: its attempts are used up, or trying again would not help.' },
  } satisfies Record<stored.CallbackStatus, object>,
})
export const CalendarRule = builder.enumType('CalendarRule', {
  description: 'What becomes of a run that falls on an excluded day.',
  values: {
    SKIP: { description: 'It does not exist.' },
    NEXT_BUSINESS_DAY: { description: 'It moves to the same local time of the next day that is not excluded.' },
  },
})
export const CatchUp = builder.enumType('CatchUp', {
  description: 'Which of the runs that were missed while no server ran still run, as far as they are inside `catchUpWindowSeconds`.',
  values: {
    LATEST: { description: 'The newest one.' },
    ALL: { description: 'Each of them.' },
    NONE: { description: 'None.' },
  },
})
export const RetryOn = builder.enumType('RetryOn', {
  description: 'Kinds of failed attempts.',
  values: {
    HTTP_3XX: { description: 'A redirect, which is never followed.' },
    HTTP_4XX: { description: 'The target refused the request. 408, 425 and 429 also count as HTTP_5XX.' },
    HTTP_5XX: { description: 'The target failed.' },
    TIMEOUT: { description: 'There was no complete answer in time.' },
    NETWORK: { description: 'No connection, a broken one, or an answer that is not HTTP.' },
  },
})
export const DedupeMode = builder.enumType('DedupeMode', {
  values: {
    KEEP_FIRST: { description: 'The first one is the answer.' },
    REPLACE_PENDING: { description: 'Its body goes into the first one while that was not sent; otherwise it becomes one of its own.' },
  } satisfies Record<Mode, object>,
})
export const DstPolicy = builder.enumType('DstPolicy', {
  values: {
    ONCE: { description: 'Each named local time runs exactly once per date: in a gap it moves forward, in an overlap the first one runs.' },
    LITERAL: { description: 'What a gap leaves out does not run, what an overlap repeats runs twice.' },
  },
})
export const ExecutionMode = builder.enumType('ExecutionMode', {
  values: {
    ACTIVE: { description: 'Everything runs.' },
    SCHEDULES_PAUSED: { description: 'No schedule makes a run; what someone asks for runs.' },
    ALL_PAUSED: { description: 'Nothing is sent.' },
  },
})
export const OverlapPolicy = builder.enumType('OverlapPolicy', {
  description: 'What becomes of a scheduled run that is due while another run of its action is not over.',
  values: {
    SKIP: { description: 'It is MISSED(OVERLAP).' },
    QUEUE_ONE: { description: 'It waits for the other one; of several that wait the newest stays.' },
    ALLOW: { description: 'It runs beside the other one.' },
    CANCEL_OTHER: { description: 'The other one is given up.' },
  },
})
export const RatePeriod = builder.enumType(stored.RatePeriod, { name: 'RatePeriod' })
export const Recurrence = builder.enumType('Recurrence', {
  values: {
    FIXED: { description: 'Counts from a fixed moment; whole days and weeks follow the wall clock.' },
    ROLLING: { description: 'Counts from the end of the run before.' },
  },
})
export const ErrorSource = builder.enumType(stored.ErrorSource, { name: 'ErrorSource' })
export const HttpMethod = builder.enumType(stored.HttpMethod, { name: 'HttpMethod' })
export const InvocationStatus = builder.enumType(stored.InvocationStatus, { name: 'InvocationStatus' })
export const StatusReason = builder.enumType(stored.StatusReason, { name: 'StatusReason' })
export const Trigger = builder.enumType(stored.Trigger, { name: 'Trigger' })
export const ActionOperation = builder.enumType('ActionOperation', {
  values: ['BACKFILL', 'DELETE', 'INVOKE_NOW', 'PAUSE', 'RESUME', 'RUN_AT', 'SKIP_NEXT', 'UPDATE'] as const,
})
export const InvocationOperation = builder.enumType('InvocationOperation', {
  values: ['APPROVE', 'CANCEL', 'REJECT', 'RETRY'] as const,
})

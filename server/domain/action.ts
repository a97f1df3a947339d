import type { CreateActionInput, RecordInput, SendInput, UpdateActionInput } from './action-input.ts'
import { type ActionSchedule, editSchedule, parseSchedule } from './action-schedule.ts'
import type { ApprovalPolicy } from './approval-policy.ts'
import { type AttemptsPolicy, parseAttempts } from './attempts-policy.ts'
import { type DeliveryPolicy, parseDelivery } from './delivery-policy.ts'
import type { EgressRules } from './egress.ts'
import { DocketError } from './errors.ts'
import { parseRequest, type RequestSpec } from './request.ts'
import { DEFAULT_POLICIES, parsePolicies, type RunPolicies } from './run-policies.ts'
import { parseTarget } from './target.ts'
import { parseOptionalText, parseText } from './text.ts'

export const NAME_CHARACTERS = 200
const TAGS_MAX = 20
const TAG_CHARACTERS = 64

/** An action with every rule checked that needs no database. */
export interface ActionSpec extends AttemptsPolicy {
  name: string
  request: RequestSpec
  schedule: ActionSchedule
  policies: RunPolicies
  delivery: DeliveryPolicy
  /** What its runs need before they are sent; null = nothing. */
  approval: ApprovalPolicy | null
  recordType: string | null
  tags: string[]
}

/** What the checks need beside the input. */
export interface Given {
  /** Epoch ms. */
  now: number
  /** HEADER_PREFIX. */
  headerPrefix?: string | undefined
  /** Where requests may go. Default: the public internet. */
  egress?: EgressRules | undefined
  /** Of `input.approval`, which is checked by what the project has; absent: as it is. */
  approval?: ApprovalPolicy | null | undefined
}

export interface CreateActionSpec extends ActionSpec {
  /** Null: as it is, and true for a new action. */
  enabled: boolean | null
}

/**
 * `before` is the schedule of the action that has the same key: a `scheduledAt` equal to its own is not judged again, so
 * that a call may be repeated after the run.
 * @throws DocketError with code and field of the first mistake
 */
export function parseCreateAction(input: CreateActionInput, given: Given, before?: ActionSchedule): CreateActionSpec {
  const name = parseText(input.name, 'name', NAME_CHARACTERS)
  const request = parseRequest(input, parseTarget(input.target, 'target', given.egress), given.headerPrefix)
  const schedule = before ? editSchedule(input.schedule ?? null, before, given.now) : parseSchedule(input.schedule, given.now)
  return {
    name,
    enabled: input.enabled ?? null,
    request,
    schedule,
    policies: parsePolicies(input, schedule.kind),
    delivery: parseDelivery(input, given.egress),
    ...parseAttempts(input),
    approval: given.approval ?? null,
    recordType: parseOptionalText(input.recordType, 'recordType', NAME_CHARACTERS),
    tags: parseTags(input.tags),
  }
}

/**
 * The action `before` with the edits of `input`. A `scheduledAt` that is the present one is not judged again, so that a
 * form may send all it shows.
 * @throws DocketError with code and field of the first mistake
 */
export function parseUpdateAction(input: UpdateActionInput, before: ActionSpec, given: Given): ActionSpec {
  if (input.name === null) throw new DocketError('BAD_USER_INPUT', 'An action cannot be without a name.', 'name')
  if (input.target === null) throw new DocketError('INVALID_TARGET', 'An action cannot be without a target.', 'target')
  const name = input.name === undefined ? before.name : parseText(input.name, 'name', NAME_CHARACTERS)
  const target = input.target === undefined ? before.request.target : parseTarget(input.target, 'target', given.egress)
  const request = parseRequest(input, target, given.headerPrefix, before.request)
  const schedule = input.schedule === undefined ? before.schedule : editSchedule(input.schedule, before.schedule, given.now)
  return {
    name,
    request,
    schedule,
    policies: parsePolicies(input, schedule.kind, before.policies),
    delivery: parseDelivery(input, given.egress, before.delivery),
    ...parseAttempts(input, before),
    approval: given.approval === undefined ? before.approval : given.approval,
    recordType: input.recordType === undefined ? before.recordType : parseOptionalText(input.recordType, 'recordType', NAME_CHARACTERS),
    tags: input.tags === undefined ? before.tags : parseTags(input.tags),
  }
}

/** @throws DocketError with code and field of the first mistake */
export function parseSend(input: SendInput, given: Given): { spec: ActionSpec; record: RecordInput | null } {
  const request = parseRequest(input, parseTarget(input, '', given.egress), given.headerPrefix)
  const { scheduledAt } = input
  const schedule: ActionSchedule =
    scheduledAt == null ? { kind: 'ONE_TIME', scheduledAt: null, timezone: null } : parseSchedule({ scheduledAt }, given.now, '')
  const name = parseOptionalText(input.name, 'name', NAME_CHARACTERS) ?? nameOf(request)
  const policies = input.deleteAfterCompletion ? { ...DEFAULT_POLICIES, deleteAfterCompletion: true } : DEFAULT_POLICIES
  return {
    spec: {
      name,
      request,
      schedule,
      policies,
      delivery: parseDelivery(input, given.egress),
      ...parseAttempts(input),
      approval: null,
      recordType: null,
      tags: parseTags(input.tags),
    },
    record: parseRecord(input.record),
  }
}

/** @throws DocketError BAD_USER_INPUT on `key` */
export const parseKey = (key: string | null | undefined): string | null => parseOptionalText(key, 'key', NAME_CHARACTERS)

/** @throws DocketError BAD_USER_INPUT on `record.type` or `record.id` */
export const parseRecord = (record: RecordInput | null | undefined): RecordInput | null =>
  record == null
    ? null
    : { type: parseText(record.type, 'record.type', NAME_CHARACTERS), id: parseText(record.id, 'record.id', NAME_CHARACTERS) }

function parseTags(tags: readonly string[] | null | undefined): string[] {
  if (tags == null) return []
  if (tags.length > TAGS_MAX) throw new DocketError('BAD_USER_INPUT', `At most ${TAGS_MAX} tags are allowed.`, 'tags')
  return [...new Set(tags.map((tag) => parseText(tag, 'tags', TAG_CHARACTERS)))]
}

/** Without the query, which may hold secrets that names are not masked for. */
const nameOf = ({ method, target }: RequestSpec): string =>
  `${method} ${(target.url ?? target.path).split('?', 1)[0]}`.slice(0, NAME_CHARACTERS)

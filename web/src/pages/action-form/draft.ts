import type {
  ActionDetailFragment,
  CreateActionInput,
  HttpMethod,
  SendInput,
  UpdateActionInput,
} from '../../../../sdk/generated/operations.ts'
import { headerEntries } from '../../receipt/header-entries.ts'
import { isJson } from '../../run/is-json.ts'
import type { ApprovalDraft } from './approval-draft.ts'
import { approvalDraftOf, approvalInput, EMPTY_APPROVAL } from './approval-draft.ts'
import type { DeliveryDraft } from './delivery-draft.ts'
import { deliveryDraftOf, deliveryInput, EMPTY_DELIVERY } from './delivery-draft.ts'
import type { RunPolicyDraft, ScheduleDraft } from './schedule-draft.ts'
import { EMPTY_RUN_POLICIES, emptySchedule, runPolicyInput, scheduleDraftOf, scheduleInput } from './schedule-draft.ts'

/** What the form holds while it is filled in. */
export interface Draft extends ScheduleDraft, RunPolicyDraft, DeliveryDraft, ApprovalDraft {
  name: string
  targetKind: 'url' | 'service'
  url: string
  serviceId: string
  path: string
  method: HttpMethod
  headers: { name: string; value: string }[]
  bodyKind: 'none' | 'json' | 'text'
  body: string
}

/** How the server shows a value it keeps to itself. */
export const HIDDEN = '••••'

/** An empty form: every day at nine in `zone`, since a schedule is what most come for. `now` is epoch ms. */
export function emptyDraft(zone: string, now: number): Draft {
  return {
    name: '',
    targetKind: 'url',
    url: '',
    serviceId: '',
    path: '/',
    method: 'POST',
    headers: [],
    bodyKind: 'none',
    body: '',
    ...emptySchedule(zone, now),
    ...EMPTY_RUN_POLICIES,
    ...EMPTY_DELIVERY,
    ...EMPTY_APPROVAL,
  }
}

/** The form of an action that is there already. */
export function draftOf(action: ActionDetailFragment, zone: string, now: number): Draft {
  const empty = emptyDraft(zone, now)
  const { schedule, target, body } = action
  return {
    ...empty,
    name: action.name,
    targetKind: target.service ? 'service' : 'url',
    url: target.service ? '' : target.url,
    serviceId: target.service?.id ?? '',
    path: target.path ?? '/',
    method: action.method,
    headers: headerEntries(action.headers).map(([name, value]) => ({ name, value })),
    bodyKind: body === null ? 'none' : isJson(body) ? 'json' : 'text',
    body: body ?? '',
    ...(schedule ? scheduleDraftOf(schedule, zone, now) : { when: 'demand' }),
    overlapPolicy: action.overlapPolicy,
    catchUp: action.catchUp,
    catchUpWindowSeconds: String(action.catchUpWindowSeconds),
    maxRuns: action.maxRuns === null ? '' : String(action.maxRuns),
    deleteAfterCompletion: action.deleteAfterCompletion,
    ...deliveryDraftOf(action),
    ...approvalDraftOf(action.approval),
  }
}

const requestInput = (draft: Draft) => ({
  method: draft.method,
  headers: draft.headers.length > 0 ? Object.fromEntries(draft.headers.map(({ name, value }) => [name.trim(), value])) : null,
  // The text goes as it stands: parsed and written again, long numbers would lose digits.
  body: draft.bodyKind === 'none' ? null : draft.body,
  ...deliveryInput(draft),
})

const targetInput = (draft: Draft) =>
  draft.targetKind === 'url' ? { url: draft.url.trim() } : { serviceId: draft.serviceId, path: draft.path.trim() }

export const createInput = (draft: Draft): CreateActionInput => ({
  name: draft.name,
  target: targetInput(draft),
  schedule: scheduleInput(draft),
  ...requestInput(draft),
  ...runPolicyInput(draft),
  ...(draft.approvalKind === 'none' ? {} : { approval: approvalInput(draft) }),
})

export const sendInput = (draft: Draft): SendInput => ({ name: draft.name, ...targetInput(draft), ...requestInput(draft) })

/** What changed beside `before`. A schedule that was not touched stays out: a past time could not be sent again. A hidden header value goes back as it was shown. */
export function updateInput(draft: Draft, before: Draft): UpdateActionInput {
  const { headers, ...request } = requestInput(draft)
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  return {
    name: draft.name,
    target: targetInput(draft),
    ...request,
    ...runPolicyInput(draft),
    ...(same(draft.headers, before.headers) ? {} : { headers }),
    ...(same(approvalInput(draft), approvalInput(before)) ? {} : { approval: approvalInput(draft) }),
    ...(same(scheduleInput(draft), scheduleInput(before)) ? {} : { schedule: scheduleInput(draft) }),
  }
}

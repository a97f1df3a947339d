import { publicId } from '../domain/ids.ts'
import { maskUrl } from '../domain/mask.ts'
import type { AuditNote } from '../store/audited.ts'
import type { NewAction } from '../store/new-action.ts'

/** What the audit says of an action that is stored. */
export function noteOfNew({ id, invocationId, key, enabled, spec }: NewAction): AuditNote {
  return {
    verb: 'action.created',
    object: { type: 'action', id: publicId('action', id) },
    actionId: id,
    invocationId,
    after: { ...actionAsNoted(spec), key, enabled },
  }
}

/** What the audit says of a single request that is to be sent. */
export function noteOfSend({ id, invocationId, spec, record, trigger }: NewAction): AuditNote {
  const { name, request, schedule } = spec
  return {
    verb: 'invocation.requested',
    object: { type: 'invocation', id: publicId('invocation', invocationId!) },
    actionId: id,
    invocationId,
    record,
    data: { name, ...requestAsNoted(request), trigger, at: schedule.kind === 'ONE_TIME' ? timeOf(schedule.scheduledAt) : undefined },
  }
}

/** An action as the audit tells of it; values are redacted there. */
export function actionAsNoted({
  name,
  request,
  schedule,
  policies,
  delivery,
  approval,
  retryable,
  maxAttempts,
  recordType,
  tags,
}: NewAction['spec']) {
  return {
    name,
    ...requestAsNoted(request),
    schedule,
    policies,
    retryable,
    maxAttempts,
    callbackUrl: delivery.callbackUrl && maskUrl(delivery.callbackUrl),
    concurrencyKey: delivery.concurrencyKey,
    approval,
    recordType,
    tags,
  }
}

const requestAsNoted = ({ target, method, headers, body, timeoutSeconds }: NewAction['spec']['request']) => ({
  method,
  url: target.url === null ? undefined : maskUrl(target.url),
  serviceId: target.serviceId === null ? undefined : publicId('service', target.serviceId),
  path: target.path === null ? undefined : maskUrl(target.path),
  headers: headers ?? undefined,
  body: body ?? undefined,
  timeoutSeconds,
})

const timeOf = (ms: number | null) => (ms === null ? undefined : new Date(ms).toISOString())

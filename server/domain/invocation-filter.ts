import { internalId } from './ids.ts'
import { type InvocationStatus, isFinal } from './lifecycle.ts'
import { parseText } from './text.ts'

/** Which invocations are meant; what is absent does not restrict. It is stored with a bulk operation, so it holds plain values only. */
export interface InvocationFilter {
  /** UUIDs. */
  actionId?: string
  serviceId?: string
  /** An empty list matches nothing. */
  statuses?: readonly InvocationStatus[]
  recordType?: string
  recordId?: string
  /** Both inclusive, epoch ms, compared with the time that lists are sorted by. */
  from?: number
  to?: number
  /** Part of the error's code or message, in any case. */
  errorText?: string
}

/** As callers hand it in; null means the same as absent. */
export interface InvocationFilterInput {
  actionId?: string | null
  serviceId?: string | null
  statuses?: readonly InvocationStatus[] | null
  recordType?: string | null
  recordId?: string | null
  from?: Date | null
  to?: Date | null
  errorText?: string | null
}

const ERROR_TEXT_CHARACTERS = 200

/**
 * @throws DocketError NOT_FOUND on `filter.actionId` or `filter.serviceId` for what is no id of that kind; BAD_USER_INPUT on
 * `filter.errorText` above 200 characters
 */
export function parseInvocationFilter(input: InvocationFilterInput | null | undefined): InvocationFilter {
  const { actionId, serviceId, statuses, recordType, recordId, from, to, errorText } = input ?? {}
  return {
    ...(actionId != null && { actionId: internalId('action', actionId, 'filter.actionId') }),
    ...(serviceId != null && { serviceId: internalId('service', serviceId, 'filter.serviceId') }),
    ...(statuses != null && { statuses: [...new Set(statuses)] }),
    ...(recordType != null && { recordType }),
    ...(recordId != null && { recordId }),
    ...(from != null && { from: from.getTime() }),
    ...(to != null && { to: to.getTime() }),
    ...(errorText?.trim() && { errorText: parseText(errorText, 'filter.errorText', ERROR_TEXT_CHARACTERS) }),
  }
}

/** Those that a filter can match; undefined = all. Only what failed, or waits after a failure, has an error to look into. */
export function statusesOf({ statuses, errorText }: InvocationFilter): readonly InvocationStatus[] | undefined {
  if (errorText === undefined) return statuses
  return (statuses ?? ['FAILED']).filter((status) => status === 'FAILED' || status === 'RETRYING')
}

/** The final states but success: those that a column of their own, with an index, tells apart. */
export const isOutcome = (status: InvocationStatus): boolean => isFinal(status) && status !== 'SUCCEEDED'

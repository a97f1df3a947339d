import type { InvocationFilter, InvocationRowFragment } from '../../../sdk/generated/operations.ts'

/** The time a row is listed under: its nominal one; without, when it began or will. */
export const timeOf = (row: Pick<InvocationRowFragment, 'scheduledFor' | 'startedAt' | 'status' | 'runAt' | 'createdAt'>): string =>
  row.scheduledFor ?? row.startedAt ?? (row.status === 'PENDING' ? row.runAt : row.createdAt)

/** Whether a row matches a filter, as far as it tells: it does not say which service its action calls. */
export function fits(row: InvocationRowFragment, filter: InvocationFilter): boolean {
  const { actionId, statuses, recordType, recordId, from, to, errorText } = filter
  const at = Date.parse(timeOf(row))
  if (actionId && row.action.id !== actionId) return false
  if (statuses && !statuses.includes(row.status)) return false
  if (recordType && row.record?.type !== recordType) return false
  if (recordId && row.record?.id !== recordId) return false
  if (from && at < Date.parse(from)) return false
  if (to && at > Date.parse(to)) return false
  return !errorText || hasError(row, errorText, statuses != null)
}

/** Looks into the error as the server does: of what failed, and of what is retried only when its status is asked for. */
function hasError({ error, status }: InvocationRowFragment, text: string, asked: boolean): boolean {
  if (!error || !(status === 'FAILED' || (asked && status === 'RETRYING'))) return false
  return `${error.code}\n${error.message}`.toLowerCase().includes(text.toLowerCase())
}

import { type InvocationFilter, isOutcome, statusesOf } from '../domain/invocation-filter.ts'
import { type InvocationStatus, isFinal } from '../domain/lifecycle.ts'
import { Prisma } from './generated/prisma/client.ts'

/** The conditions of a filter on a row of invocations, without alias. For Prisma as it is; for pg by its `text` and `values`. */
export function invocationConditions(filter: InvocationFilter): Prisma.Sql {
  const { actionId, serviceId, recordType, recordId, from, to, errorText } = filter
  const statuses = statusesOf(filter)
  const all = [Prisma.sql`true`]
  if (actionId !== undefined) all.push(Prisma.sql`action_id = ${actionId}::uuid`)
  if (serviceId !== undefined) all.push(Prisma.sql`action_id in (select a.id from actions a where a.service_id = ${serviceId}::uuid)`)
  if (from !== undefined) all.push(Prisma.sql`sort_at >= ${new Date(from)}::timestamptz`)
  if (to !== undefined) all.push(Prisma.sql`sort_at <= ${new Date(to)}::timestamptz`)
  if (recordType !== undefined) all.push(Prisma.sql`record_type = ${recordType}`)
  if (recordId !== undefined) all.push(Prisma.sql`record_id = ${recordId}`)
  if (statuses !== undefined) all.push(statusIn(statuses))
  if (errorText !== undefined) {
    const like = `%${errorText.replace(/[\\%_]/g, '\\$&')}%`
    all.push(Prisma.sql`(error_code ilike ${like} or error_message ilike ${like})`)
  }
  return Prisma.join(all, ' and ')
}

/** Names the columns of an index where it can: `outcome` holds the final states but success, and a single one of them also keeps the list's order. */
function statusIn(statuses: readonly InvocationStatus[]): Prisma.Sql {
  const [first, ...more] = statuses
  if (first && more.length === 0 && isOutcome(first)) return Prisma.sql`outcome = ${first}::invocation_status`
  if (statuses.every(isOutcome)) return Prisma.sql`outcome = any(${statuses}::text[]::invocation_status[])`
  const among = Prisma.sql`status = any(${statuses}::text[]::invocation_status[])`
  return statuses.some(isFinal) ? among : Prisma.sql`finished_at is null and ${among}`
}

import type { AuditFilter } from '../domain/audit-filter.ts'
import { Prisma } from './generated/prisma/client.ts'

/** How far the time inside an id may be from that of its entry: the clock of a server was set back, and ids do not go back. */
const APART_MS = 24 * 3_600_000

export interface AuditRows {
  projectId: string
  filter: AuditFilter
  /** UUID of the entry behind which they begin. */
  after: string | undefined
  order: 'asc' | 'desc'
  limit: number
}

/**
 * SQL: a page of the entries that a project sees, in the order of their ids. What belongs to no project, such as a sign-in under an unknown
 * name, is seen by the first project of the installation.
 * @param columns what is selected of each, with `id`
 */
export function auditRows(columns: string, { projectId, filter, after, order, limit }: AuditRows): Prisma.Sql {
  const direction = Prisma.raw(order)
  const behind = order === 'asc' ? Prisma.sql`id > ${after}::uuid` : Prisma.sql`id < ${after}::uuid`
  const where = after === undefined ? auditConditions(filter) : Prisma.sql`${auditConditions(filter)} and ${behind}`
  const page = (scope: Prisma.Sql) =>
    Prisma.sql`(select ${Prisma.raw(columns)} from audit_entries where ${scope} and ${where} order by audit_entries.id ${direction} limit ${limit}::int)`
  // Each part goes along the index; to ask for both at once would sort all of them.
  return Prisma.sql`${page(Prisma.sql`project_id = ${projectId}::uuid`)}
    union all ${page(Prisma.sql`project_id is null and ${projectId}::uuid = (select p.id from projects p order by p.id limit 1)`)}
    order by id ${direction} limit ${limit}::int`
}

/** The conditions of a filter on a row of audit_entries, without alias. */
function auditConditions(filter: AuditFilter): Prisma.Sql {
  const { from, to, actorId, verb, objectType, objectId, actionId, invocationId, recordType, recordId, result, search } = filter
  const all = [Prisma.sql`true`]
  // The list is in the order of ids: so that it begins and ends where it must.
  if (from !== undefined) all.push(Prisma.sql`at >= ${new Date(from)}::timestamptz and id >= ${idAt(from - APART_MS)}::uuid`)
  if (to !== undefined) all.push(Prisma.sql`at <= ${new Date(to)}::timestamptz and id < ${idAt(to + APART_MS)}::uuid`)
  if (actorId !== undefined) all.push(Prisma.sql`(actor_id = ${actorId}::uuid or on_behalf_of = ${actorId}::uuid)`)
  if (verb !== undefined) all.push(Prisma.sql`(verb = ${verb} or starts_with(verb, ${`${verb}.`}))`)
  if (objectType !== undefined) all.push(Prisma.sql`object_type = ${objectType}`)
  if (objectId !== undefined) all.push(Prisma.sql`object_id = ${objectId}`)
  if (actionId !== undefined) all.push(Prisma.sql`action_id = ${actionId}::uuid`)
  if (invocationId !== undefined) all.push(Prisma.sql`invocation_id = ${invocationId}::uuid`)
  if (recordType !== undefined) all.push(Prisma.sql`record_type = ${recordType}`)
  if (recordId !== undefined) all.push(Prisma.sql`record_id = ${recordId}`)
  if (result !== undefined) all.push(Prisma.sql`result = ${result}::audit_result`)
  if (search !== undefined) {
    const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`
    all.push(
      Prisma.sql`concat_ws(' ', verb, actor_name, object_id, record_type, record_id, code, ip, data::text, before::text, after::text) ilike ${like}`,
    )
  }
  return Prisma.join(all, ' and ')
}

/** The smallest UUIDv7 of an instant. */
function idAt(ms: number): string {
  const hex = Math.max(0, Math.min(ms, 2 ** 48 - 1))
    .toString(16)
    .padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}

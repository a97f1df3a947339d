import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { internalId } from '../domain/ids.ts'
import { isFinal } from '../domain/lifecycle.ts'
import type { Invocation as InvocationRow } from '../store/generated/prisma/client.ts'
import { Prisma } from '../store/generated/prisma/client.ts'
import { Action } from './action.ts'
import { Backfill } from './backfill.ts'
import { builder } from './builder.ts'
import { type Context, projectOf } from './context.ts'
import { invocationAfter, sealCursor } from './cursor.ts'
import { InvocationStatus } from './enums.ts'
import { Invocation } from './invocation.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const InvocationConnection = connectionOf('Invocation', Invocation)

const InvocationFilter = builder.inputType('InvocationFilter', {
  fields: (t) => ({
    actionId: t.id(),
    statuses: t.field({ type: [InvocationStatus] }),
    recordType: t.string(),
    recordId: t.string(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
  }),
})

type Filter = typeof InvocationFilter.$inferInput | null | undefined

builder.queryField('invocations', (t) =>
  t.field({
    type: InvocationConnection,
    args: { filter: t.arg({ type: InvocationFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { filter, first, after }, context, info) => {
      const size = pageSize(first)
      const ids = await context.db.prisma.$queryRaw<{ id: string }[]>`
        select id from invocations where project_id = ${projectOf(context)}::uuid and ${conditions(filter, after)}
        order by sort_at desc, id desc limit ${size + 1}`
      const rows = await load(ids, context, info)
      return pageOf(rows, size, after, cursorOf)
    },
  }),
)

builder.prismaObjectFields(Action, (t) => ({
  lastInvocation: t.field({
    type: Invocation,
    nullable: true,
    resolve: async ({ id }, _, context, info) => {
      const last = await context.loaders.lastInvocationId.load(id)
      const query = queryFromInfo({ context, info, typeName: 'Invocation' })
      return last ? context.loaders.invocation.load({ id: last, query }) : null
    },
  }),
  invocations: t.field({
    type: InvocationConnection,
    args: { filter: t.arg({ type: InvocationFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async ({ id }, { filter, first, after }, context, info) => {
      const size = pageSize(first)
      const ids = await context.loaders.invocationIds.load({ of: id, where: conditions(filter, after), size })
      return pageOf(await load(ids ?? [], context, info), size, after, cursorOf)
    },
  }),
}))

builder.prismaObjectField(Backfill, 'invocations', (t) =>
  t.field({
    type: InvocationConnection,
    description: 'The runs that it made, newest nominal time first.',
    args: { filter: t.arg({ type: InvocationFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async ({ id }, { filter, first, after }, context, info) => {
      const size = pageSize(first)
      const ids = await context.loaders.backfillRunIds.load({ of: id, where: conditions(filter, after), size })
      return pageOf(await load(ids ?? [], context, info), size, after, cursorOf)
    },
  }),
)

const cursorOf = ({ sortAt, id }: InvocationRow): string => sealCursor('invocations', String(sortAt.getTime()), id)

/** The rows of a page with what its nodes select, in the order of `ids`. */
async function load(ids: readonly { id: string }[], context: Context, info: GraphQLResolveInfo): Promise<InvocationRow[]> {
  const query = queryFromInfo({ context, info, typeName: 'Invocation', path: ['edges', 'node'] })
  const rows = await Promise.all(ids.map(({ id }) => context.loaders.invocation.load({ id, query })))
  return rows.filter((row) => row !== undefined)
}

/** Conditions on a row of invocations. The keys are compared as one row, as the index holds them, so that any page costs the same. */
function conditions(filter: Filter, cursor: string | null | undefined): Prisma.Sql {
  const { actionId, statuses, recordType, recordId, from, to } = filter ?? {}
  const after = invocationAfter(cursor)
  const all = [Prisma.sql`true`]
  if (after) all.push(Prisma.sql`(sort_at, id) < (${after.sortAt}::timestamptz, ${after.id}::uuid)`)
  if (actionId != null) all.push(Prisma.sql`action_id = ${internalId('action', actionId, 'filter.actionId')}::uuid`)
  if (from != null) all.push(Prisma.sql`sort_at >= ${from}::timestamptz`)
  if (to != null) all.push(Prisma.sql`sort_at <= ${to}::timestamptz`)
  if (recordType != null) all.push(Prisma.sql`record_type = ${recordType}`)
  if (recordId != null) all.push(Prisma.sql`record_id = ${recordId}`)
  if (statuses != null) all.push(statusIn(statuses))
  return Prisma.join(all, ' and ')
}

/** Names the columns of an index where it can: `outcome` holds the final states but success, and a single one of them also keeps the list's order. */
function statusIn(statuses: readonly InvocationRow['status'][]): Prisma.Sql {
  const [first, ...more] = statuses
  if (first && more.length === 0 && isOutcome(first)) return Prisma.sql`outcome = ${first}::invocation_status`
  if (statuses.every(isOutcome)) return Prisma.sql`outcome = any(${statuses}::text[]::invocation_status[])`
  const among = Prisma.sql`status = any(${statuses}::text[]::invocation_status[])`
  return statuses.some(isFinal) ? among : Prisma.sql`finished_at is null and ${among}`
}

const isOutcome = (status: InvocationRow['status']) => isFinal(status) && status !== 'SUCCEEDED'

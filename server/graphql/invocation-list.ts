import { queryFromInfo } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { type InvocationFilterInput, parseInvocationFilter } from '../domain/invocation-filter.ts'
import { COUNT_MOST, countInvocations } from '../store/count-invocations.ts'
import type { Invocation as InvocationRow } from '../store/generated/prisma/client.ts'
import { Prisma } from '../store/generated/prisma/client.ts'
import { invocationConditions } from '../store/invocation-conditions.ts'
import { Action } from './action.ts'
import { Backfill } from './backfill.ts'
import { builder } from './builder.ts'
import { type Context, projectOf } from './context.ts'
import { invocationAfter, sealCursor } from './cursor.ts'
import { InvocationStatus } from './enums.ts'
import { Invocation } from './invocation.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const InvocationConnection = connectionOf('Invocation', Invocation)

export const InvocationFilter = builder.inputType('InvocationFilter', {
  fields: (t) => ({
    actionId: t.id(),
    serviceId: t.id({ description: 'Runs of the actions that call this service.' }),
    statuses: t.field({ type: [InvocationStatus] }),
    recordType: t.string(),
    recordId: t.string(),
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
    errorText: t.string({
      description:
        'Part of the code or the message of the error, in any case, up to 200 characters: those that FAILED, and those RETRYING where `statuses` names them.',
    }),
  }),
})

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

builder.queryField('invocationCount', (t) =>
  t.int({
    description: `How many there are: exact below ${COUNT_MOST.toLocaleString('en')}, which stands for that many or more.`,
    args: { filter: t.arg({ type: InvocationFilter }) },
    resolve: (_, { filter }, context) => countInvocations(context.db.pool, projectOf(context), parseInvocationFilter(filter)),
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
function conditions(filter: InvocationFilterInput | null | undefined, cursor: string | null | undefined): Prisma.Sql {
  const where = invocationConditions(parseInvocationFilter(filter))
  const after = invocationAfter(cursor)
  return after ? Prisma.sql`${where} and (sort_at, id) < (${after.sortAt}::timestamptz, ${after.id}::uuid)` : where
}

import { queryFromInfo } from '@pothos/plugin-prisma'
import { internalId } from '../domain/ids.ts'
import { readApprovalIds } from '../store/approval-list.ts'
import { Approval } from './approval.ts'
import { builder } from './builder.ts'
import { projectOf, viewerOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { ApprovalStatus } from './enums.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const ApprovalConnection = connectionOf('Approval', Approval)

const ApprovalFilter = builder.inputType('ApprovalFilter', {
  fields: (t) => ({
    status: t.field({ type: [ApprovalStatus] }),
    mine: t.boolean({ description: 'True: those that you may decide now.' }),
    requestedByMe: t.boolean({ description: 'True: those that you asked for, also by a token.' }),
    actionId: t.id(),
  }),
})

builder.queryField('approvals', (t) =>
  t.field({
    type: ApprovalConnection,
    description: 'Newest first.',
    args: { filter: t.arg({ type: ApprovalFilter }), first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { filter, first, after }, context, info) => {
      const size = pageSize(first)
      const projectId = projectOf(context)
      const { access, actor } = viewerOf(context)
      const { status, mine, requestedByMe, actionId } = filter ?? {}
      const ids = await readApprovalIds(context.db.pool, {
        projectId,
        statuses: status ?? null,
        actionId: actionId == null ? null : internalId('action', actionId, 'filter.actionId'),
        decidableBy: mine ? (actor.kind === 'USER' ? access.personId : null) : undefined,
        requestedBy: requestedByMe ? { person: access.personId, actor: actor.id } : undefined,
        after: idAfter('approvals', after) ?? null,
        limit: size + 1,
      })
      const query = queryFromInfo({ context, info, typeName: 'Approval', path: ['edges', 'node'] })
      const rows = await context.db.prisma.approval.findMany({ ...query, where: { id: { in: ids } }, orderBy: { id: 'desc' } })
      return pageOf(rows, size, after, ({ id }) => sealCursor('approvals', id))
    },
  }),
)

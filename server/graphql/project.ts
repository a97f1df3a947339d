import { eventCursor } from '../domain/cursor.ts'
import { publicId } from '../domain/ids.ts'
import { headOfLog } from '../store/event-log.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { Node, registerNode } from './node.ts'

export const Project = builder.prismaObject('Project', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('project', id) }),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    echoUrl: t.string({
      description: "This server's own test target: answers what it got; `?status=` and `?delay=` (ms) change the answer.",
      resolve: (_, __, { publicUrl }) => `${publicUrl}/echo`,
    }),
    eventCursor: t.string({
      description: 'Cursor of the newest event: read it, then what you show, then subscribe with `after`, and no change falls in between.',
      resolve: async (_, __, { db }) => eventCursor(await headOfLog(db)),
    }),
  }),
})

builder.queryField('project', (t) =>
  t.prismaField({
    type: Project,
    resolve: (query, _, __, context) => context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectOf(context) } }),
  }),
)

registerNode('project', 'Project', ({ db }, projectId, ids, query) =>
  db.prisma.project.findMany({ ...query, where: { id: { in: ids.filter((id) => id === projectId) } } }),
)

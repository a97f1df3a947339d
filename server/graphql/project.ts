import { setEnabledQuota } from '../commands/set-enabled-quota.ts'
import { setExecutionMode } from '../commands/set-execution-mode.ts'
import { eventCursor } from '../domain/cursor.ts'
import { publicId } from '../domain/ids.ts'
import { headOfLog } from '../store/event-log.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { ExecutionMode } from './enums.ts'
import { Node, registerNode } from './node.ts'

export const Project = builder.prismaObject('Project', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('project', id) }),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    executionMode: t.expose('executionMode', { type: ExecutionMode }),
    enabledQuota: t.exposeInt('enabledQuota', { description: 'How many recurring actions may be enabled.' }),
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

builder.mutationFields((t) => ({
  setExecutionMode: t.prismaField({
    type: Project,
    description:
      'Stops schedules, or everything, or lets them go on. Nothing that fell into the pause is replayed. The note is kept in the event.',
    args: { mode: t.arg({ type: ExecutionMode, required: true }), note: t.arg.string() },
    resolve: async (query, _, { mode, note }, context) => {
      await setExecutionMode(commandContext(context), mode, note)
      return context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectOf(context) } })
    },
  }),
  setEnabledQuota: t.prismaField({
    type: Project,
    description: 'How many recurring actions may be enabled, 1 to 1,000,000. Those that are enabled stay so.',
    args: { quota: t.arg.int({ required: true }) },
    resolve: async (query, _, { quota }, context) => {
      await setEnabledQuota(commandContext(context), quota)
      return context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectOf(context) } })
    },
  }),
}))

registerNode('project', 'Project', ({ db }, projectId, ids, query) =>
  db.prisma.project.findMany({ ...query, where: { id: { in: ids.filter((id) => id === projectId) } } }),
)

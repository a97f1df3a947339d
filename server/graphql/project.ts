import { createProject } from '../commands/create-project.ts'
import { selectProject } from '../commands/select-project.ts'
import { setEnabledQuota } from '../commands/set-enabled-quota.ts'
import { setExecutionMode } from '../commands/set-execution-mode.ts'
import { updateProject } from '../commands/update-project.ts'
import { mayDo } from '../domain/access.ts'
import { eventCursor } from '../domain/cursor.ts'
import { publicId } from '../domain/ids.ts'
import { headOfLog } from '../store/event-log.ts'
import { builder } from './builder.ts'
import { type Context, commandContext, viewerOf } from './context.ts'
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
    showDeciders: t.exposeBoolean('showDeciders', { description: 'Receipts name who decided.' }),
    approvalWebhookUrl: t.string({
      nullable: true,
      description: 'Told of approvals, by signed requests. Null also for who is no administrator of the project.',
      select: { id: true, approvalWebhookUrl: true },
      resolve: ({ id, approvalWebhookUrl }, _, context) => {
        const { projectId, access } = viewerOf(context)
        return id === projectId && mayDo(access, 'ADMINISTER') ? approvalWebhookUrl : null
      },
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
    resolve: (query, _, __, context) =>
      context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: viewerOf(context).projectId } }),
  }),
)

const CreateProjectInput = builder.inputType('CreateProjectInput', { fields: (t) => ({ name: t.string({ required: true }) }) })

const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'An absent field stays as it is.',
  fields: (t) => ({
    name: t.string(),
    approvalWebhookUrl: t.string({ description: 'Null: approvals are told to no webhook.' }),
    showDeciders: t.boolean(),
  }),
})

const projectBy = (context: Context, query: object, id: string) => context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id } })

builder.mutationFields((t) => ({
  createProject: t.prismaField({
    type: Project,
    description: 'Who makes it is its first administrator. The session stays where it is; `selectProject` moves it.',
    args: { input: t.arg({ type: CreateProjectInput, required: true }) },
    resolve: async (query, _, { input }, context) => projectBy(context, query, (await createProject(commandContext(context), input)).id),
  }),
  selectProject: t.prismaField({
    type: Project,
    description: 'Moves this session to another project that you are a member of. Its WebSockets close with 4012; open them again.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (query, _, { id }, context) =>
      projectBy(context, query, (await selectProject(commandContext(context), viewerOf(context).sessionId, id)).id),
  }),
  updateProject: t.prismaField({
    type: Project,
    args: { input: t.arg({ type: UpdateProjectInput, required: true }) },
    resolve: async (query, _, { input }, context) => projectBy(context, query, (await updateProject(commandContext(context), input)).id),
  }),
  setExecutionMode: t.prismaField({
    type: Project,
    description:
      'Stops schedules, or everything, or lets them go on. Nothing that fell into the pause is replayed. The note is kept in the event.',
    args: { mode: t.arg({ type: ExecutionMode, required: true }), note: t.arg.string() },
    resolve: async (query, _, { mode, note }, context) => {
      await setExecutionMode(commandContext(context), mode, note)
      return context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: viewerOf(context).projectId } })
    },
  }),
  setEnabledQuota: t.prismaField({
    type: Project,
    description: 'How many recurring actions may be enabled, 1 to 1,000,000. Those that are enabled stay so.',
    args: { quota: t.arg.int({ required: true }) },
    resolve: async (query, _, { quota }, context) => {
      await setEnabledQuota(commandContext(context), quota)
      return context.db.prisma.project.findUniqueOrThrow({ ...query, where: { id: viewerOf(context).projectId } })
    },
  }),
}))

registerNode('project', 'Project', ({ db }, projectId, ids, query) =>
  db.prisma.project.findMany({ ...query, where: { id: { in: ids.filter((id) => id === projectId) } } }),
)

import { eventCursor } from '../domain/cursor.ts'
import { notFound } from '../domain/errors.ts'
import { internalId } from '../domain/ids.ts'
import type { LiveEvent } from '../live/live.ts'
import { builder } from './builder.ts'
import { type Context, projectOf } from './context.ts'
import { InvocationStatus } from './enums.ts'
import { placeOfCursor } from './event-cursor.ts'
import { Invocation } from './invocation.ts'

const InvocationEvent = builder.objectRef<LiveEvent>('InvocationEvent').implement({
  fields: (t) => ({
    cursor: t.string({ resolve: ({ event }) => eventCursor(event.seq) }),
    type: t.string({ resolve: ({ event }) => event.type }),
    at: t.field({ type: 'DateTime', resolve: ({ event }) => event.at }),
    status: t.field({ type: InvocationStatus, resolve: ({ event, invocation }) => event.status ?? invocation.status }),
    invocation: t.prismaField({
      type: Invocation,
      // The row came with the event and serves every subscriber; only relations are read, once for all who want the same.
      resolve: async (query, { invocation }, _, { loaders }) =>
        Object.values(query).some(Boolean)
          ? { ...(await loaders.invocation.load({ id: invocation.id, query })), ...invocation }
          : invocation,
    }),
  }),
})

builder.subscriptionField('invocationChanged', (t) =>
  t.field({
    type: InvocationEvent,
    description:
      'Replays what came after `after`, then goes live; without `after`, live from now. CURSOR_EXPIRED when events behind the cursor are not kept any more.',
    args: { actionId: t.arg.id(), invocationId: t.arg.id(), after: t.arg.string() },
    subscribe: async (_, args, context) => {
      const projectId = projectOf(context)
      const after = args.after == null ? undefined : await placeOfCursor(context.db, args.after)
      const topic = await topicOf(context, projectId, args)
      return context.live.subscribe({ projectId, ...topic, after, onStalled: context.onStalled })
    },
    resolve: (event) => event,
  }),
)

/** @throws DocketError NOT_FOUND for an action or invocation that the project does not hold */
async function topicOf(
  { db: { prisma } }: Context,
  projectId: string,
  args: { actionId?: string | null; invocationId?: string | null },
): Promise<{ actionId?: string; invocationId?: string }> {
  const actionId = args.actionId == null ? undefined : internalId('action', args.actionId, 'actionId')
  const invocationId = args.invocationId == null ? undefined : internalId('invocation', args.invocationId, 'invocationId')
  const [action, invocation] = await Promise.all([
    actionId && prisma.action.findFirst({ where: { id: actionId, projectId }, select: { id: true } }),
    invocationId && prisma.invocation.findFirst({ where: { id: invocationId, projectId }, select: { id: true } }),
  ])
  if (actionId && !action) throw notFound('Action', 'actionId')
  if (invocationId && !invocation) throw notFound('Invocation', 'invocationId')
  return { actionId, invocationId }
}

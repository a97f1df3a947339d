import { eventCursor } from '../domain/cursor.ts'
import type { LiveEvent } from '../live/live.ts'
import { Approval } from './approval.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { placeOfCursor } from './event-cursor.ts'

const ApprovalEvent = builder.objectRef<LiveEvent>('ApprovalEvent').implement({
  fields: (t) => ({
    cursor: t.string({ resolve: ({ event }) => eventCursor(event.seq) }),
    type: t.string({ resolve: ({ event }) => event.type }),
    at: t.field({ type: 'DateTime', resolve: ({ event }) => event.at }),
    approval: t.prismaField({
      type: Approval,
      // Subscribers that ask in the same tick share one read.
      resolve: async (query, { invocation }, _, { loaders }) => (await loaders.approvalOf.load({ id: invocation.id, query }))!,
    }),
  }),
})

builder.subscriptionField('approvalChanged', (t) =>
  t.field({
    type: ApprovalEvent,
    description:
      'What happens to the approvals of the project. Replays what came after `after`, then goes live; without `after`, live from now. CURSOR_EXPIRED when events behind the cursor are not kept any more.',
    args: { after: t.arg.string() },
    subscribe: async (_, { after }, context) => {
      const projectId = projectOf(context)
      const place = after == null ? undefined : await placeOfCursor(context.db, after)
      return context.live.subscribe({ projectId, about: 'approval', after: place, onStalled: context.onStalled })
    },
    resolve: (event) => event,
  }),
)

import { eventCursor, seqOfCursor } from '../domain/cursor.ts'
import type { LoggedEvent } from '../domain/event.ts'
import { publicId } from '../domain/ids.ts'
import { beginOfLog, readEvents } from '../store/event-log.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'
import { InvocationStatus } from './enums.ts'
import { checkKept } from './event-cursor.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const Event = builder.objectRef<LoggedEvent>('Event').implement({
  fields: (t) => ({
    cursor: t.string({ resolve: ({ seq }) => eventCursor(seq) }),
    type: t.exposeString('type'),
    at: t.expose('at', { type: 'DateTime' }),
    status: t.expose('status', { type: InvocationStatus, nullable: true }),
    note: t.exposeString('note', { nullable: true, description: 'Why someone paused or resumed, in their words.' }),
    actionId: t.id({ nullable: true, resolve: ({ actionId }) => actionId && publicId('action', actionId) }),
    invocationId: t.id({ nullable: true, resolve: ({ invocationId }) => invocationId && publicId('invocation', invocationId) }),
  }),
})

const EventConnection = connectionOf('Event', Event)

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const from = after == null ? await beginOfLog(context.db) : seqOfCursor(after, 'after')
      const events = await readEvents(context.db, { projectId: projectOf(context), after: from, limit: size + 1 })
      // Behind the read, so that nothing can have gone in between.
      if (after != null) await checkKept(context.db, from)
      return pageOf(events, size, after, ({ seq }) => eventCursor(seq))
    },
  }),
)

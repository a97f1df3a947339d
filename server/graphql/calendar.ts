import { createCalendar } from '../commands/create-calendar.ts'
import { deleteCalendar } from '../commands/delete-calendar.ts'
import { updateCalendar } from '../commands/update-calendar.ts'
import { publicId } from '../domain/ids.ts'
import { dayText } from '../store/stored-schedule.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

export const Calendar = builder.prismaObject('Calendar', {
  interfaces: [Node],
  description: 'Days on which the schedules that use it do not run, each in the zone of the schedule.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('calendar', id) }),
    name: t.exposeString('name'),
    dates: t.stringList({ description: '`YYYY-MM-DD`, rising.', resolve: ({ dates }) => dates.map(dayText) }),
    weekdays: t.exposeIntList('weekdays', { description: '1 = Monday to 7 = Sunday.' }),
    actionCount: t.int({
      description: 'How many actions use it.',
      resolve: async ({ id }, _, { loaders }) => (await loaders.actionsOfCalendar.load(id)) ?? 0,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const CalendarConnection = connectionOf('Calendar', Calendar)

const CreateCalendarInput = builder.inputType('CreateCalendarInput', {
  fields: (t) => ({
    name: t.string({ required: true }),
    dates: t.stringList({ description: '`YYYY-MM-DD`, at most 1,000.' }),
    weekdays: t.intList({ description: '1 = Monday to 7 = Sunday.' }),
  }),
})

const UpdateCalendarInput = builder.inputType('UpdateCalendarInput', {
  description: 'An absent field stays as it is.',
  fields: (t) => ({ name: t.string(), dates: t.stringList(), weekdays: t.intList() }),
})

builder.queryField('calendars', (t) =>
  t.field({
    type: CalendarConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), id: { lt: idAfter('calendars', after) } }
      const rows = await context.db.prisma.calendar.findMany({ where, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('calendars', id))
    },
  }),
)

builder.mutationFields((t) => ({
  createCalendar: t.prismaField({
    type: Calendar,
    args: { input: t.arg({ type: CreateCalendarInput, required: true }) },
    resolve: async (query, _, { input }, context) => {
      const { id } = await createCalendar(commandContext(context), input)
      return context.db.prisma.calendar.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  updateCalendar: t.prismaField({
    type: Calendar,
    description: 'The actions that use it go by the new days from now on.',
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateCalendarInput, required: true }) },
    resolve: async (query, _, args, context) => {
      const { id } = await updateCalendar(commandContext(context), args.id, args.input)
      return context.db.prisma.calendar.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  deleteCalendar: t.id({
    description: 'Refused while an action uses it.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, args, context) => publicId('calendar', (await deleteCalendar(commandContext(context), args.id)).id),
  }),
}))

registerNode('calendar', 'Calendar', ({ db }, projectId, ids, query) =>
  db.prisma.calendar.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

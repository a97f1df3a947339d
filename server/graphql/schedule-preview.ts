import type { SchedulePreview as Preview } from '../domain/preview.ts'
import { builder } from './builder.ts'
import { previewSchedule } from './preview-schedule.ts'
import { PreviewRun, ScheduleInput } from './schedule.ts'

const SchedulePreview = builder.objectRef<Preview>('SchedulePreview').implement({
  fields: (t) => ({
    runs: t.expose('runs', { type: [PreviewRun] }),
    description: t.exposeString('description'),
    warnings: t.exposeStringList('warnings'),
  }),
})

builder.queryField('schedulePreview', (t) =>
  t.field({
    type: SchedulePreview,
    description: 'The next runs of a schedule, without saving it: exactly those that would fire.',
    args: {
      schedule: t.arg({ type: ScheduleInput, required: true }),
      from: t.arg({ type: 'DateTime', description: 'Default: now.' }),
      count: t.arg.int({ description: '1 to 100, default 5.' }),
      actionId: t.arg.id({ description: 'The action that is to get it: shows its own spread, and warns when its runs take longer.' }),
    },
    resolve: (_, args, context) => previewSchedule(context, args),
  }),
)

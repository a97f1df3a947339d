import { type ZoneName, zoneNames } from '../domain/zone-names.ts'
import { builder } from './builder.ts'
import { projectOf } from './context.ts'

const Timezone = builder.objectRef<ZoneName>('Timezone').implement({
  fields: (t) => ({
    name: t.exposeString('name', { description: 'IANA name, as schedules keep it.' }),
    formerNames: t.exposeStringList('formerNames', { description: 'Names that it had before and by which browsers may still list it.' }),
  }),
})

builder.queryField('timezones', (t) =>
  t.field({
    type: [Timezone],
    description: 'The zones that this server knows, by name.',
    resolve: (_, __, context) => {
      projectOf(context)
      return zoneNames()
    },
  }),
)

import { deleteSecret } from '../commands/delete-secret.ts'
import { resealSecrets, type ResealedStep as Step } from '../commands/reseal-secrets.ts'
import { setSecret } from '../commands/set-secret.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { commandContext, projectOf } from './context.ts'
import { idAfter, sealCursor } from './cursor.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf, pageOf, pageSize } from './page.ts'

const Secret = builder.prismaObject('Secret', {
  interfaces: [Node],
  description: 'A value that headers name as `{{secret.NAME}}`. Nothing shows it: it is put in when a request is sent.',
  // Without the value, in whatever way the row is read.
  select: { id: true, name: true, createdAt: true, updatedAt: true },
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('secret', id) }),
    name: t.exposeString('name'),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime' }),
  }),
})

const SecretConnection = connectionOf('Secret', Secret)

const SHOWN = { id: true, name: true, createdAt: true, updatedAt: true } as const

builder.queryField('secrets', (t) =>
  t.field({
    type: SecretConnection,
    args: { first: t.arg.int(), after: t.arg.string() },
    resolve: async (_, { first, after }, context) => {
      const size = pageSize(first)
      const where = { projectId: projectOf(context), id: { lt: idAfter('secrets', after) } }
      const rows = await context.db.prisma.secret.findMany({ where, select: SHOWN, orderBy: { id: 'desc' }, take: size + 1 })
      return pageOf(rows, size, after, ({ id }) => sealCursor('secrets', id))
    },
  }),
)

builder.mutationFields((t) => ({
  setSecret: t.prismaField({
    type: Secret,
    description: 'Makes the secret of that name, or gives it another value. Requests that are sent from now on have it.',
    args: {
      name: t.arg.string({ required: true, description: '1 to 64 letters, digits and `_`.' }),
      value: t.arg.string({ required: true, description: '1 to 8,192 printable ASCII characters.' }),
    },
    resolve: async (query, _, input, context) => {
      const { id } = await setSecret(commandContext(context), input)
      return context.db.prisma.secret.findUniqueOrThrow({ ...query, where: { id } })
    },
  }),
  deleteSecret: t.id({
    description: 'Refused while an action names it.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, args, context) => publicId('secret', (await deleteSecret(commandContext(context), args.id)).id),
  }),
}))

registerNode('secret', 'Secret', ({ db }, projectId, ids, query) =>
  db.prisma.secret.findMany({ ...query, where: { projectId, id: { in: ids } } }),
)

const ResealedStep = builder.objectRef<Step>('ResealedStep').implement({
  description: 'What one step has sealed anew.',
  fields: (t) => ({
    headers: t.int({ description: 'Sets of headers of actions, and of their earlier versions.', resolve: ({ counts }) => counts.headers }),
    secrets: t.int({ resolve: ({ counts }) => counts.secrets }),
    signingSecrets: t.int({ resolve: ({ counts }) => counts.signingSecrets }),
    receiptKeys: t.int({ resolve: ({ counts }) => counts.receiptKeys }),
    auditKeys: t.int({ resolve: ({ counts }) => counts.auditKeys }),
    unreadable: t.exposeInt('unreadable', { description: 'Values that no key at hand opens; they are left as they are.' }),
    cursor: t.exposeString('cursor', { nullable: true, description: '`after` of the next step; null at the end of a pass.' }),
    clean: t.exposeBoolean('clean', {
      description: 'A whole pass found nothing to do: SECRET_KEY_PREVIOUS is not needed for secrets any more. Else begin another pass.',
    }),
  }),
})

builder.mutationField('resealSecrets', (t) =>
  t.field({
    type: ResealedStep,
    description:
      'Seals by the present SECRET_KEY what the one before it sealed, a part at a time; `docket rotate-key` calls it until all is done.',
    args: { after: t.arg.string() },
    resolve: (_, { after }, context) => resealSecrets(commandContext(context), after),
  }),
)

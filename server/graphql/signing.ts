import { type RotatedSecret as Rotated, rotateSigningSecret } from '../commands/rotate-signing-secret.ts'
import { builder } from './builder.ts'
import { commandContext } from './context.ts'

const shown = new WeakMap<object, string>()

/** Lets this answer, and no other one, show the signing secret of a service that was just made. */
export function showOnce<S extends object>(service: S, secret: string): S {
  shown.set(service, secret)
  return service
}

const ROTATED_UNTIL = 'Until then the signing secret before the last rotation signs too; null when none does.'

const stillValid = (until: Date | null, now: number): Date | null => (until && until.getTime() > now ? until : null)

builder.prismaObjectFields('Service', (t) => ({
  newSigningSecret: t.string({
    nullable: true,
    description: 'The secret that its requests are signed with: only in the answer of `createService`, null everywhere else.',
    resolve: (service) => shown.get(service) ?? null,
  }),
  signingSecretRotatedUntil: t.field({
    type: 'DateTime',
    nullable: true,
    description: ROTATED_UNTIL,
    select: { previousSigningUntil: true },
    resolve: ({ previousSigningUntil }, _, { db }) => stillValid(previousSigningUntil, db.skew.now()),
  }),
}))

builder.prismaObjectField('Project', 'signingSecretRotatedUntil', (t) =>
  t.field({
    type: 'DateTime',
    nullable: true,
    description: ROTATED_UNTIL,
    select: { previousSigningUntil: true },
    resolve: ({ previousSigningUntil }, _, { db }) => stillValid(previousSigningUntil, db.skew.now()),
  }),
)

const RotatedSecret = builder.objectRef<Rotated>('RotatedSecret').implement({
  description: 'The secret itself is shown here once and never again.',
  fields: (t) => ({
    secret: t.exposeString('secret', { description: '`whsec_` and 32 bytes in base64.' }),
    previousValidUntil: t.expose('previousValidUntil', {
      type: 'DateTime',
      nullable: true,
      description: 'Until then each request carries both signatures; null when the one before is not valid any more.',
    }),
  }),
})

builder.mutationField('rotateSigningSecret', (t) =>
  t.field({
    type: RotatedSecret,
    description:
      'A new signing secret for a service, or without `serviceId` for the project, whose secret signs requests to plain URLs. The one before it ' +
      'signs too for `overlapSeconds`: 24 hours by default, at most 30 days; 0 ends it at once. One that is left of an earlier rotation ends.',
    args: { serviceId: t.arg.id(), overlapSeconds: t.arg.int() },
    resolve: (_, { serviceId, overlapSeconds }, context) => rotateSigningSecret(commandContext(context), serviceId, overlapSeconds),
  }),
)

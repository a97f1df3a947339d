import { revokeOtherSessions, revokeSession } from '../commands/revoke-session.ts'
import { publicId } from '../domain/ids.ts'
import { SIGN_IN_METHODS } from '../store/sessions.ts'
import { builder } from './builder.ts'
import { commandContext, viewerOf } from './context.ts'

const SESSIONS_MOST = 200

const SignInMethod = builder.enumType('SignInMethod', {
  values: {
    LINK: { description: 'The link that the start printed.' },
    PASSWORD: { description: 'E-mail address and password.' },
    OIDC: { description: 'OpenID Connect.' },
    INVITE: { description: 'An invitation that was accepted.' },
    TOKEN: { description: 'An API token that was pasted.' },
  } satisfies Record<(typeof SIGN_IN_METHODS)[number], object>,
})

const BrowserSession = builder.prismaObject('Session', {
  name: 'BrowserSession',
  description: 'A browser in which you are signed in.',
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('session', id) }),
    current: t.boolean({ description: 'It is the one that asks.', resolve: ({ id }, _, context) => viewerOf(context).sessionId === id }),
    createdAt: t.expose('createdAt', { type: 'DateTime' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'To five minutes.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime' }),
    ip: t.exposeString('ip', { nullable: true, description: 'Where it was opened.' }),
    userAgent: t.exposeString('userAgent', { nullable: true }),
    kind: t.field({
      type: SignInMethod,
      description: 'How it was opened.',
      resolve: ({ method }) => SIGN_IN_METHODS.find((known) => known === method) ?? 'LINK',
    }),
  }),
})

builder.queryField('sessions', (t) =>
  t.prismaField({
    type: [BrowserSession],
    description: 'The browsers in which you are signed in, newest first; none for an API token.',
    resolve: (query, _, __, context) => {
      const { actor } = viewerOf(context)
      if (actor.kind !== 'USER' || actor.id === null) return []
      const where = { userId: actor.id, kind: 'BROWSER', endedAt: null, expiresAt: { gt: new Date(context.db.skew.now()) } }
      return context.db.prisma.session.findMany({ ...query, where, orderBy: { id: 'desc' }, take: SESSIONS_MOST })
    },
  }),
)

builder.mutationFields((t) => ({
  revokeSession: t.id({
    description: 'Signs a browser of yours out; its sockets close within a second.',
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => {
      await revokeSession(commandContext(context), id)
      return id
    },
  }),
  revokeOtherSessions: t.int({
    description: 'Signs all browsers of yours out but this one; answers how many.',
    resolve: (_, __, context) => revokeOtherSessions(commandContext(context), viewerOf(context).sessionId),
  }),
}))

import { builder } from './builder.ts'

const OidcOption = builder.objectRef<{ name: string }>('OidcOption').implement({
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What the operator calls it.' }),
    url: t.string({ description: 'Where a browser goes to sign in by it.', resolve: (_, __, { publicUrl }) => `${publicUrl}/auth/oidc` }),
  }),
})

const SignInOptions = builder.objectRef<{ oidc: { name: string } | undefined }>('SignInOptions').implement({
  description: 'How one may sign in here.',
  fields: (t) => ({
    password: t.boolean({ resolve: () => true }),
    oidc: t.field({ type: OidcOption, nullable: true, resolve: ({ oidc }) => oidc ?? null }),
  }),
})

builder.queryField('signInOptions', (t) =>
  t.field({
    type: SignInOptions,
    description: 'Answers without a sign-in.',
    resolve: (_, __, { oidcName }) => ({ oidc: oidcName === undefined ? undefined : { name: oidcName } }),
  }),
)

import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { ActorKind } from './enums.ts'

export interface ActorShape {
  kind: 'USER' | 'AGENT' | 'TOKEN' | 'SYSTEM'
  id: string | null
  /** Absent when only kind and id are on record. */
  name?: string
}

export const Actor = builder.objectRef<ActorShape>('Actor').implement({
  description: 'A person, token or agent that did something, or the system itself.',
  fields: (t) => ({
    id: t.id({ nullable: true, resolve: ({ kind, id }) => id && publicId(kind === 'TOKEN' ? 'token' : 'user', id) }),
    kind: t.expose('kind', { type: ActorKind }),
    name: t.string({
      resolve: async ({ kind, id, name }, _, { loaders }) =>
        name ?? (kind === 'SYSTEM' ? 'Docket' : kind === 'TOKEN' && id ? ((await loaders.tokenName.load(id)) ?? 'API token') : 'Admin'),
    }),
  }),
})

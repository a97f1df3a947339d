import { SYSTEM } from '../domain/actor.ts'
import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
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
    id: t.id({ nullable: true, resolve: ({ kind, id }) => id && publicId(isToken(kind) ? 'token' : 'user', id) }),
    kind: t.expose('kind', { type: ActorKind }),
    name: t.string({ resolve: async (actor, _, { loaders }) => actor.name ?? (await nameOf(actor, loaders)) }),
  }),
})

const isToken = (kind: ActorShape['kind']): boolean => kind === 'TOKEN' || kind === 'AGENT'

/** As it is today. Without an id it is who came by the printed link before people had accounts. */
async function nameOf({ kind, id }: ActorShape, loaders: Context['loaders']): Promise<string> {
  if (kind === 'SYSTEM') return SYSTEM.name
  if (isToken(kind)) return (id && (await loaders.tokenName.load(id))) ?? 'API token'
  return (id && (await loaders.userName.load(id))) ?? 'Admin'
}

import type { Viewer as SignedIn } from '../auth/viewer.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { viewerOf } from './context.ts'
import { Project } from './project.ts'

const Viewer = builder.objectRef<SignedIn>('Viewer').implement({
  description: 'Who is signed in.',
  fields: (t) => ({
    actor: t.field({ type: Actor, resolve: ({ actor }) => actor }),
    project: t.prismaField({
      type: Project,
      resolve: (query, { projectId }, _, { db }) => db.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
  }),
})

builder.queryField('viewer', (t) => t.field({ type: Viewer, resolve: (_, __, context) => viewerOf(context) }))

import type { Viewer as SignedIn } from '../auth/viewer.ts'
import { CAPABILITIES, mayDo } from '../domain/access.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Capability } from './capability.ts'
import { viewerOf } from './context.ts'
import { Member } from './member.ts'
import { Project } from './project.ts'
import { Role } from './role.ts'

const isPerson = ({ actor }: SignedIn): boolean => actor.kind === 'USER'

const Viewer = builder.objectRef<SignedIn>('Viewer').implement({
  description: 'Who is signed in.',
  fields: (t) => ({
    actor: t.field({ type: Actor, resolve: ({ actor }) => actor }),
    project: t.prismaField({
      type: Project,
      resolve: (query, { projectId }, _, { db }) => db.prisma.project.findUniqueOrThrow({ ...query, where: { id: projectId } }),
    }),
    member: t.prismaField({
      type: Member,
      nullable: true,
      description: 'Null for an API token.',
      resolve: (query, viewer, _, { db }) =>
        isPerson(viewer) ? db.prisma.user.findUnique({ ...query, where: { id: viewer.actor.id ?? '' } }) : null,
    }),
    role: t.prismaField({
      type: Role,
      nullable: true,
      resolve: (query, { access }, _, { db }) => db.prisma.role.findUnique({ ...query, where: { id: access.roleId ?? '' } }),
    }),
    projects: t.prismaField({
      type: [Project],
      description: 'Those that he is a member of, by name; of an API token its own.',
      resolve: (query, viewer, _, { db }) => {
        const where = isPerson(viewer)
          ? { memberships: { some: { userId: viewer.actor.id ?? '', disabledAt: null } } }
          : { id: viewer.projectId }
        return db.prisma.project.findMany({ ...query, where, orderBy: { name: 'asc' } })
      },
    }),
    capabilities: t.field({ type: [Capability], resolve: ({ access }) => CAPABILITIES.filter((capability) => mayDo(access, capability)) }),
    onBehalfOf: t.prismaField({
      type: Member,
      nullable: true,
      description: 'The member for whom an API token acts.',
      resolve: (query, viewer, _, { db }) =>
        isPerson(viewer) || viewer.access.personId === null
          ? null
          : db.prisma.user.findUnique({ ...query, where: { id: viewer.access.personId } }),
    }),
    needsPassword: t.boolean({
      description: 'He came by a link and cannot sign in by himself yet: he should give his e-mail address and a password.',
      resolve: async (viewer, _, { db }) => {
        if (!isPerson(viewer) || viewer.actor.id === null) return false
        const { passwordHash, oidcSubject } = await db.prisma.user.findUniqueOrThrow({ where: { id: viewer.actor.id } })
        return passwordHash === null && oidcSubject === null
      },
    }),
  }),
})

builder.queryField('viewer', (t) => t.field({ type: Viewer, resolve: (_, __, context) => viewerOf(context) }))

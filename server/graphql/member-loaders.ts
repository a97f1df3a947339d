import type { Database } from '../store/database.ts'
import { batched, byKey, grouped } from './gather.ts'

/** What answers about people need, gathered as in loaders.ts. */
export const createMemberLoaders = ({ prisma }: Pick<Database, 'prisma'>) => ({
  /** A person's place in a project; absent for who is no member of it. */
  membership: grouped(
    (key: { projectId: string; userId: string }) => [key.projectId, key.userId],
    async (keys) => {
      const where = { projectId: keys[0]!.projectId, userId: { in: keys.map(({ userId }) => userId) } }
      return byKey(await prisma.membership.findMany({ where }), ({ userId }) => userId)
    },
  ),
  userName: batched(async (ids) => {
    const rows = await prisma.user.findMany({ where: { id: { in: [...ids] } }, select: { id: true, name: true } })
    return new Map(rows.map(({ id, name }) => [id, name]))
  }),
})

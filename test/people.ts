import type { CommandContext } from '../server/commands/context.ts'
import type { RoleLevel } from '../server/domain/access.ts'
import { newId } from '../server/new-id.ts'
import { type Sql, transaction } from '../server/store/database.ts'
import { builtInRole } from '../server/store/find-role.ts'
import { accessNow } from '../server/store/judge-run.ts'
import { insertMember, lockRights, setDisabled, setRoleOf } from '../server/store/memberships.ts'
import { insertUser } from '../server/store/users.ts'

/** A member of a project. */
export interface Person {
  /** UUID. */
  id: string
  name: string
  /** In lower case. */
  email: string
  /** As whom commands run, with the rights that he had when he was made. */
  ctx: CommandContext
}

/** A new member with the built-in role of a level, or with the role of that UUID. */
export async function addPerson(ctx: CommandContext, role: RoleLevel | { id: string }, name = 'Ann'): Promise<Person> {
  const { db, projectId } = ctx
  const email = `${name.toLowerCase()}-${newId()}@example.com`
  const { id } = await insertUser(db.pool, { name, email })
  await insertMember(db.pool, projectId, id, typeof role === 'string' ? await builtInRole(db.pool, projectId, role) : role.id)
  return { id, name, email, ctx: await rightsNow({ ...ctx, actor: { kind: 'USER', id, name } }) }
}

/** The same caller with the rights that he has by now. */
export async function rightsNow(ctx: CommandContext): Promise<CommandContext> {
  const access = await accessNow(ctx.db.pool, ctx.projectId, ctx.actor)
  if (!access) throw new Error(`${ctx.actor.name} has no rights any more.`)
  return { ...ctx, access }
}

/** Gives a member another built-in role, as everything does that changes rights: what was judged before is judged again. */
export const giveRole = (ctx: CommandContext, { id }: Person, level: RoleLevel): Promise<void> =>
  changeRights(ctx, async (sql) => setRoleOf(sql, ctx.projectId, id, await builtInRole(sql, ctx.projectId, level)))

/** The same for a member who is disabled. */
export const disable = (ctx: CommandContext, { id }: Person): Promise<void> =>
  changeRights(ctx, (sql) => setDisabled(sql, ctx.projectId, id, true))

const changeRights = ({ db, projectId }: CommandContext, change: (sql: Sql) => Promise<void>): Promise<void> =>
  transaction(db.pool, async (sql) => {
    await lockRights(sql, projectId)
    await change(sql)
  })

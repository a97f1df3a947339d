import type { Variables } from '../domain/condition-variables.ts'
import { publicId } from '../domain/ids.ts'
import { type ApprovableRun, variablesOf } from './approval-run.ts'
import type { Sql } from './database.ts'
import { accessOnce, type MayApprove, type ReadAccess, rightsToApprove } from './judge-run.ts'

/** What a person (UUID) may do with the approval of a run now, as it would be sent; null: no member, or disabled. */
export type RightsOf = (userId: string, run: ApprovableRun) => Promise<MayApprove | null>

/** Reads the rights of each person once, for any number of runs; what conditions need besides, once where one of them asks for it. */
export function readRights(sql: Sql, readAccess: ReadAccess = accessOnce(sql)): RightsOf {
  const people = new Map<string, Promise<Person>>()
  const personOf = (userId: string) => {
    const person = people.get(userId) ?? readPerson(sql, userId)
    people.set(userId, person)
    return person
  }
  return async (userId, run) => {
    const access = await readAccess(run.projectId, { kind: 'USER', id: userId })
    return rightsToApprove(sql, access, run.actionId, async () => {
      const actor = { id: publicId('user', userId), kind: 'USER', role: access!.roleName, ...(await personOf(userId)) } as const
      return { ...variablesOf(run), actor }
    })
  }
}

type Person = Pick<Variables['actor'], 'name' | 'email'>

async function readPerson(sql: Sql, userId: string): Promise<Person> {
  const { rows } = await sql.query<Person>('select name, email from users where id = $1', [userId])
  return rows[0] ?? { name: '', email: null }
}

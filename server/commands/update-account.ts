import { parseEmail } from '../domain/email.ts'
import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { PERSON_CHARACTERS } from '../domain/person.ts'
import { parseText } from '../domain/text.ts'
import { audited } from '../store/audited.ts'
import { lockRightsOf, rulesEverywhere } from '../store/memberships.ts'
import { findUser, updateUser } from '../store/users.ts'
import { againAfterRace, isUniqueViolation } from './again-after-race.ts'
import type { CommandContext } from './context.ts'
import { requirePerson } from './require-person.ts'

/**
 * Changes the name and the e-mail address of who is signed in; an absent field stays as it is. Conditions may look at the address, so only who
 * has none yet, or is an administrator wherever he is a member, may change it. Gives his UUID.
 * @throws DocketError FORBIDDEN; BAD_USER_INPUT on `name`, `email`, also when somebody has it
 */
export async function updateAccount(ctx: CommandContext, input: { name?: string | null; email?: string | null }): Promise<{ id: string }> {
  const id = requirePerson(ctx)
  const name = input.name == null ? undefined : parseText(input.name, 'name', PERSON_CHARACTERS)
  const email = input.email == null ? undefined : parseEmail(input.email)
  try {
    await againAfterRace(() =>
      audited(ctx, async (sql, note) => {
        await lockRightsOf(sql, id)
        const before = (await findUser(sql, { id }, { lock: true }))!
        if (email !== undefined && before.email !== null && email !== before.email && !(await rulesEverywhere(sql, id))) {
          throw new DocketError(
            'FORBIDDEN',
            'Your e-mail address says who you are to the rules of the project; only an administrator may change his.',
            'email',
          )
        }
        const after = { name: name ?? before.name, email: email ?? before.email }
        await updateUser(sql, id, after)
        const object = { type: 'member', id: publicId('user', id) }
        note({ verb: 'account.updated', object, before: { name: before.name, email: before.email }, after })
      }),
    )
  } catch (error) {
    if (isUniqueViolation(error)) throw new DocketError('BAD_USER_INPUT', 'Somebody has this e-mail address already.', 'email')
    throw error
  }
  return { id }
}

import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { parsePassword, readPassword } from '../domain/password.ts'
import { PERSON_CHARACTERS } from '../domain/person.ts'
import { parseText } from '../domain/text.ts'
import { auditedOn } from '../store/audited.ts'
import type { Database, Sql } from '../store/database.ts'
import { findInvite, type OpenInvite, takeInvite } from '../store/invites.ts'
import { findMember, insertMember, lockRights } from '../store/memberships.ts'
import type { Passwords } from '../store/passwords.ts'
import { findUser, insertUser } from '../store/users.ts'
import { againAfterRace } from './again-after-race.ts'
import { refusedSignIn } from './refused-sign-in.ts'
import type { Guesses } from './set-password.ts'
import { type From, type Note, personActor, startSession } from './sign-in.ts'

export interface AcceptInviteInput {
  /** Of the link. */
  secret: string
  /** Of the person; not looked at when the address has an account. */
  name?: unknown
  /** A new one, or that of the account. */
  password: unknown
}

interface Doors {
  passwords: Passwords
  guesses: Guesses
}

/**
 * Makes whoever holds the link a member and signs him in. An address that has an account already (of another project) keeps it, and takes its
 * password. Gives the session's secret.
 * @throws DocketError UNAUTHENTICATED when the invitation is unknown, expired, revoked or accepted, or the password is not the account's;
 * BAD_USER_INPUT on `name`, `password`; RATE_LIMITED
 */
export async function acceptInvite(db: Database, doors: Doors, input: AcceptInviteInput, from: From): Promise<string> {
  const invite = await findInvite(db.pool, input.secret)
  if (!invite) throw await refusedSignIn(db, { method: 'INVITE', from, message: GONE })
  const { email } = invite
  const person = await provePerson(db, doors, invite, input, from)
  const secret = await againAfterRace(() =>
    auditedOn(db, db.pool, async (sql, note) => {
      await lockRights(sql, invite.projectId)
      if (!(await takeInvite(sql, invite.id))) return undefined
      const user = 'passwordHash' in person ? await newAccount(sql, email, person) : person
      await join(sql, note, invite, user, from)
      return startSession(sql, note, { projectId: invite.projectId, userId: user.id, method: 'INVITE', ...from }, personActor(user))
    }),
  )
  if (secret === undefined) throw await refusedSignIn(db, { method: 'INVITE', from, email, message: GONE })
  return secret
}

/** Makes a person a member under the terms of an invitation that was just taken. */
export async function join(sql: Sql, note: Note, invite: OpenInvite, user: { id: string; name: string }, { ip }: From): Promise<void> {
  const { id, projectId, roleId, roleName, email } = invite
  if (!(await findMember(sql, projectId, user.id))) await insertMember(sql, projectId, user.id, roleId)
  const object = { type: 'member', id: publicId('user', user.id) }
  const after = { name: user.name, email, role: roleName }
  note({ projectId, actor: personActor(user), ip }, { verb: 'invite.accepted', object, data: { invite: publicId('invite', id) }, after })
}

const GONE = 'The invitation is unknown, expired, revoked or was accepted already; ask for a new one.'

type Newcomer = { name: string; passwordHash: string }

/** The account of the address, whose password was given, or what a new one is made of. */
async function provePerson(
  db: Database,
  { passwords, guesses }: Doors,
  { email }: OpenInvite,
  { name, password }: AcceptInviteInput,
  from: From,
): Promise<{ id: string; name: string } | Newcomer> {
  const user = await findUser(db.pool, { email })
  if (!user) {
    const newcomer = { name: parseText(name, 'name', PERSON_CHARACTERS), password: parsePassword(password) }
    return { name: newcomer.name, passwordHash: await passwords.hash(newcomer.password) }
  }
  if (user.passwordHash === null) {
    throw new DocketError(
      'BAD_USER_INPUT',
      'This address has an account without a password; sign in as you do elsewhere, and you are a member.',
    )
  }
  guesses.guess(email)
  if (await passwords.verify(readPassword(password), user.passwordHash)) {
    guesses.succeeded(email)
    return { id: user.id, name: user.name }
  }
  const message = 'This address has an account already; give its password.'
  throw await refusedSignIn(db, { method: 'INVITE', from, email, user, message })
}

/** @throws the unique violation when someone made an account of the address meanwhile: then `acceptInvite` is refused for good */
async function newAccount(sql: Sql, email: string, { name, passwordHash }: Newcomer): Promise<{ id: string; name: string }> {
  const taken = await findUser(sql, { email })
  if (taken) throw new DocketError('UNAUTHENTICATED', 'This address has an account already; give its password.')
  return insertUser(sql, { name, email, passwordHash })
}

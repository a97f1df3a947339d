import { DocketError } from '../domain/errors.ts'
import { publicId } from '../domain/ids.ts'
import { parsePassword, readPassword } from '../domain/password.ts'
import { audited, noteAlone } from '../store/audited.ts'
import type { Passwords } from '../store/passwords.ts'
import { endSessionsOf } from '../store/sessions.ts'
import { findUser, updateUser } from '../store/users.ts'
import type { CommandContext } from './context.ts'
import { requirePerson } from './require-person.ts'

/** What guards an account from being guessed at: throws RATE_LIMITED after too many tries. `succeeded` takes a try back. */
export interface Guesses {
  guess(email: string): void
  succeeded(email: string): void
}

/**
 * Gives who is signed in a password, or another one. His other sessions end; the one with this UUID stays. Gives his UUID.
 * @throws DocketError FORBIDDEN for an API token; BAD_USER_INPUT on `next`, on `current` when it is wrong, and without an e-mail address to
 * sign in with; RATE_LIMITED
 */
export async function setPassword(
  ctx: CommandContext,
  { passwords, guesses, sessionId }: { passwords: Passwords; guesses: Guesses; sessionId: string | null },
  input: { current?: string | null; next: string },
): Promise<{ id: string }> {
  const id = requirePerson(ctx)
  const next = parsePassword(input.next, 'next')
  const user = (await findUser(ctx.db.pool, { id }))!
  if (user.email === null) throw new DocketError('BAD_USER_INPUT', 'Give your e-mail address first: you sign in with both.', 'email')
  const object = { type: 'member', id: publicId('user', id) }
  if (user.passwordHash !== null) {
    guesses.guess(user.email)
    if (!(await passwords.verify(readPassword(input.current), user.passwordHash))) {
      await noteAlone(ctx, { verb: 'account.password_refused', object, result: 'REFUSED', code: 'BAD_USER_INPUT' })
      throw new DocketError('BAD_USER_INPUT', 'current must be the password that you sign in with now.', 'current')
    }
    guesses.succeeded(user.email)
  }
  const passwordHash = await passwords.hash(next)
  await audited(ctx, async (sql, note) => {
    const now = await findUser(sql, { id }, { lock: true })
    if (now?.passwordHash !== user.passwordHash) throw new DocketError('BAD_USER_INPUT', 'The password was changed meanwhile.', 'current')
    await updateUser(sql, id, { passwordHash })
    const sessions = await endSessionsOf(sql, id, { allBut: sessionId })
    note({ verb: 'account.password_set', object, data: { sessionsEnded: sessions } })
  })
  ctx.db.signal.emit('access')
  return { id }
}

import type { Actor } from '../domain/actor.ts'
import { readEmail } from '../domain/email.ts'
import { publicId } from '../domain/ids.ts'
import { readPassword } from '../domain/password.ts'
import { findToken } from '../store/api-tokens.ts'
import { type AuditAuthor, type AuditNote, auditedOn } from '../store/audited.ts'
import type { Database, Sql } from '../store/database.ts'
import { builtInRole } from '../store/find-role.ts'
import { hasFinishedAdmin, insertMember, landingProject, lockMembers, lockRights, unfinishedAdmin } from '../store/memberships.ts'
import type { Passwords } from '../store/passwords.ts'
import { type NewSession, openSession, takeLink } from '../store/sessions.ts'
import { findUser, insertUser } from '../store/users.ts'
import { refusedSignIn } from './refused-sign-in.ts'

/** Where a browser is. */
export interface From {
  ip?: string | undefined
  userAgent?: string | undefined
}

/** The first administrator until he has told his name. */
const FIRST_ADMIN = 'Admin'

/**
 * Uses a sign-in link up. Its browser is the first administrator, who is made unless he is there; once an administrator can sign in by himself,
 * links are of no use. Gives the session's secret.
 * @throws DocketError UNAUTHENTICATED when the link is unknown, used, expired or of no use any more
 */
export async function signInByLink(db: Database, link: string, from: From): Promise<string> {
  const secret = await auditedOn(db, db.pool, async (sql, note) => {
    const projectId = await takeLink(sql, link)
    if (projectId === undefined) return undefined
    // Two links at once make one administrator.
    await lockMembers(sql, projectId)
    if (await hasFinishedAdmin(sql, projectId)) return undefined
    const admin = (await unfinishedAdmin(sql, projectId)) ?? (await makeAdmin(sql, projectId, from, note))
    return startSession(sql, note, { projectId, userId: admin.id, method: 'LINK', ...from }, personActor(admin))
  })
  if (secret !== undefined) return secret
  throw await refusedSignIn(db, { method: 'LINK', from, message: 'The sign-in link is unknown, expired or used up.' })
}

async function makeAdmin(sql: Sql, projectId: string, { ip }: From, note: Note): Promise<{ id: string; name: string }> {
  await lockRights(sql, projectId)
  const admin = await insertUser(sql, { name: FIRST_ADMIN })
  await insertMember(sql, projectId, admin.id, await builtInRole(sql, projectId, 'ADMIN'))
  const object = { type: 'member', id: publicId('user', admin.id) }
  note({ projectId, actor: personActor(admin), ip }, { verb: 'member.created', object, after: { name: admin.name, role: 'Admin' } })
  return admin
}

/**
 * Signs a member in by e-mail and password. Whether the address is unknown, has no password or another one makes no difference, neither in
 * the answer nor in the work.
 * @throws DocketError UNAUTHENTICATED; FORBIDDEN when the password is right and no project has him as an enabled member
 */
export async function signInByPassword(
  db: Database,
  passwords: Passwords,
  given: { email: unknown; password: unknown },
  from: From,
): Promise<string> {
  const email = readEmail(given.email)
  const user = email === undefined ? undefined : await findUser(db.pool, { email })
  const right = await passwords.verify(readPassword(given.password), user?.passwordHash)
  const refused = (message: string, code?: 'FORBIDDEN') => refusedSignIn(db, { method: 'PASSWORD', from, message, code, email, user })
  if (!user || !right) throw await refused('The e-mail address or the password is wrong.')
  const projectId = await landingProject(db.pool, user.id)
  if (projectId === undefined) throw await refused(NOWHERE, 'FORBIDDEN')
  const secret = await auditedOn(db, db.pool, async (sql, note) => {
    // A password that was changed meanwhile has ended all sessions; this one would outlive it.
    const now = await findUser(sql, { id: user.id }, { lock: true })
    if (now?.passwordHash !== user.passwordHash) return undefined
    return startSession(sql, note, { projectId, userId: user.id, method: 'PASSWORD', ...from }, personActor(user))
  })
  if (secret !== undefined) return secret
  throw await refused('The e-mail address or the password is wrong.')
}

/** What someone reads who is known and has nowhere to go. */
export const NOWHERE = 'You are not an enabled member of any project; ask an administrator.'

/**
 * Opens a session with an API token, which ends with it.
 * @throws DocketError UNAUTHENTICATED
 */
export async function signInByToken(db: Database, token: string, from: From): Promise<string> {
  const found = await findToken(db, token)
  if (!found) throw await refusedSignIn(db, { method: 'TOKEN', from, message: 'The API token is unknown, expired or revoked.' })
  const { projectId, id: tokenId, name, agent, access } = found
  return auditedOn(db, db.pool, (sql, note) => {
    const actor: Actor = { kind: agent ? 'AGENT' : 'TOKEN', id: tokenId, name }
    return startSession(sql, (author, what) => note({ ...author, access }, what), { projectId, tokenId, method: 'TOKEN', ...from }, actor)
  })
}

/** Of `auditedOn`. */
export type Note = (author: AuditAuthor, note: AuditNote) => void

/** Opens a session in a transaction and notes it. Gives its secret. */
export async function startSession(sql: Sql, note: Note, session: NewSession & From, actor: Actor): Promise<string> {
  const { secret, id } = await openSession(sql, session)
  const { projectId, method, ip, userAgent } = session
  note(
    { projectId, actor, ip },
    { verb: 'session.started', object: { type: 'session', id: publicId('session', id) }, data: { method, userAgent } },
  )
  return secret
}

/** A person as who does something. `id`: UUID. */
export const personActor = ({ id, name }: { id: string; name: string }): Actor => ({ kind: 'USER', id, name })

import { readEmail } from '../domain/email.ts'
import { DocketError } from '../domain/errors.ts'
import { PERSON_CHARACTERS } from '../domain/person.ts'
import { auditedOn } from '../store/audited.ts'
import type { Database, Sql } from '../store/database.ts'
import { findInviteOf, type OpenInvite, takeInvite } from '../store/invites.ts'
import { landingProject, lockRights } from '../store/memberships.ts'
import { endSessionsOf } from '../store/sessions.ts'
import { findUser, insertUser, linkIdentity, type OidcIdentity } from '../store/users.ts'
import { join } from './accept-invite.ts'
import { againAfterRace } from './again-after-race.ts'
import { refusedSignIn } from './refused-sign-in.ts'
import { type From, NOWHERE, type Note, personActor, startSession } from './sign-in.ts'

/** What a provider says of someone, after its signature was checked. */
export interface OidcClaims extends OidcIdentity {
  email: unknown
  emailVerified: boolean
  name: unknown
}

/**
 * Signs in whom an OpenID Connect provider vouches for: the account that is linked to this identity; else, by a verified e-mail address, the
 * account that has it, which is linked from then on and loses its password and its open sessions; else whoever has an open invitation of that
 * address, which this accepts. Nobody becomes a member without one of these. Gives the session's secret.
 * @throws DocketError FORBIDDEN, which is noted; on `email_verified` when the provider vouches for no address
 */
export async function signInByOidc(db: Database, claims: OidcClaims, from: From): Promise<string> {
  const email = readEmail(claims.email)
  const verified = claims.emailVerified ? email : undefined
  try {
    const { secret, linked } = await againAfterRace(() =>
      auditedOn(db, db.pool, (sql, note) => enter(sql, note, { claims, verified, from })),
    )
    if (linked) db.signal.emit('access')
    return secret
  } catch (error) {
    if (!(error instanceof NotLetIn)) throw error
    const { message, user } = error
    const refused = await refusedSignIn(db, { method: 'OIDC', from, email, user, message, code: 'FORBIDDEN' })
    throw verified === undefined && !user ? new DocketError(refused.code, message, 'email_verified') : refused
  }
}

/** Ends the transaction: nothing of it stays. */
class NotLetIn extends Error {
  override readonly name = 'NotLetIn'
  /** Whose account it would have been. */
  readonly user: { id: string; name: string } | undefined

  constructor(message: string, user?: { id: string; name: string }) {
    super(message)
    this.user = user
  }
}

interface Entry {
  claims: OidcClaims
  /** The address that the provider vouches for. */
  verified: string | undefined
  from: From
}

async function enter(sql: Sql, note: Note, { claims, verified, from }: Entry): Promise<{ secret: string; linked: boolean }> {
  const known = await findUser(sql, { issuer: claims.issuer, subject: claims.subject }, { lock: true })
  const found = known ?? (verified === undefined ? undefined : await findUser(sql, { email: verified }, { lock: true }))
  // The address has been given to someone else since it was linked.
  if (found && !known && found.oidcSubject !== null) throw new NotLetIn('The account of this address is linked to another identity.', found)
  const invite = verified === undefined ? undefined : await findInviteOf(sql, verified)
  if (!found && verified === undefined) throw new NotLetIn('The provider does not vouch for an e-mail address of yours.')
  if (!found && !invite) throw new NotLetIn('Nobody has invited this address.')
  const linked = found !== undefined && !known
  if (linked) await link(sql, found.id, claims)
  const user = found ?? (await newAccount(sql, claims, verified!))
  const joined = invite && (!found || found.email === verified) && (await accept(sql, note, invite, user, from))
  const projectId = joined ? invite.projectId : await landingProject(sql, user.id)
  if (projectId === undefined) throw new NotLetIn(NOWHERE, found)
  const secret = await startSession(sql, note, { projectId, userId: user.id, method: 'OIDC', ...from }, personActor(user))
  return { secret, linked }
}

/** False when the invitation has just come to its end. */
async function accept(sql: Sql, note: Note, invite: OpenInvite, user: { id: string; name: string }, from: From): Promise<boolean> {
  await lockRights(sql, invite.projectId)
  const taken = await takeInvite(sql, invite.id)
  if (taken) await join(sql, note, invite, user, from)
  return taken
}

/**
 * Whoever accepted an invitation of this address had a link, which others may have seen; only the provider knows whose the address is. So what
 * was set and opened before is of use no more: an account that someone prepared for another person does not stay open to him.
 */
async function link(sql: Sql, userId: string, identity: OidcIdentity): Promise<void> {
  await linkIdentity(sql, userId, identity)
  await endSessionsOf(sql, userId, { allBut: null })
}

/** Of the first name that can be one: the provider's, else the address. */
function newAccount(sql: Sql, { name, issuer, subject }: OidcClaims, email: string): Promise<{ id: string; name: string }> {
  const given =
    typeof name === 'string' && name.isWellFormed() ? [...name.replace(/\p{Cc}/gu, '').trim()].slice(0, PERSON_CHARACTERS).join('') : ''
  return insertUser(sql, { name: given || email, email, oidc: { issuer, subject } })
}

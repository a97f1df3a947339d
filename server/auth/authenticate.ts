import type { IncomingMessage } from 'node:http'
import { monotonic } from '../clock.ts'
import type { Actor } from '../domain/actor.ts'
import { DocketError } from '../domain/errors.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import { findToken } from '../store/api-tokens.ts'
import { noteAlone } from '../store/audited.ts'
import type { Database } from '../store/database.ts'
import { findDeadCredential } from '../store/dead-credential.ts'
import { findSession } from '../store/sessions.ts'
import type { SessionCookie } from './cookie.ts'
import { isSameSite } from './origin.ts'
import type { Credential, Viewer } from './viewer.ts'

/** Finds out who sends a request or holds a socket. */
export interface Authenticator {
  /**
   * Null when the request brings no credential, or a cookie whose session has ended.
   * @throws DocketError UNAUTHENTICATED for a wrong token, FORBIDDEN for a cookie from elsewhere or without `x-requested-by`
   */
  ofRequest(request: IncomingMessage, ip: string): Promise<Viewer | null>
  /** Null when the credential is unknown, expired or revoked. */
  ofCredential(credential: Credential): Promise<Viewer | null>
  /** Notes in the audit that a credential was refused: whose it was and why, ten of one address in a minute. */
  noteRefused(credential: Credential, ip: string): Promise<void>
  /** The credential that a browser's cookie holds. */
  cookieOf(request: IncomingMessage): Credential | undefined
}

export function createAuthenticator(db: Database, cookie: SessionCookie, publicUrl: string): Authenticator {
  const noted = createRateLimit(NOTED_PER_MINUTE, 60_000)
  const orNoted = async (credential: Credential, ip: string): Promise<Viewer | null> => {
    const viewer = await authenticator.ofCredential(credential)
    if (!viewer) await authenticator.noteRefused(credential, ip)
    return viewer
  }

  const authenticator: Authenticator = {
    async ofRequest(request, ip) {
      const { authorization } = request.headers
      if (authorization !== undefined) {
        const token = bearerOf(authorization)
        return (token === undefined ? null : await orNoted({ kind: 'TOKEN', token }, ip)) ?? refuseToken()
      }
      const credential = authenticator.cookieOf(request)
      if (!credential) return null
      // A form on another site cannot add a header, and a script there may not without our leave, which nobody gets.
      if (!isSameSite(request, publicUrl)) throw new DocketError('FORBIDDEN', 'This request comes from a page of another site.')
      if (request.headers['x-requested-by'] === undefined) {
        throw new DocketError('FORBIDDEN', 'A request with a session cookie needs the header x-requested-by, with any value.')
      }
      return orNoted(credential, ip)
    },
    async ofCredential(credential) {
      if (credential.kind === 'TOKEN') {
        const token = await findToken(db, credential.token)
        if (!token) return null
        const { id, projectId, name, agent, access, leftMs } = token
        return { projectId, actor: tokenActor(id, name, agent), access, sessionId: null, endsAt: endOf(leftMs), credential }
      }
      const session = await findSession(db, credential.secret)
      if (!session) return null
      const { id, projectId, tokenId, tokenName, agent, userId, userName, access, leftMs } = session
      const actor = tokenId ? tokenActor(tokenId, tokenName ?? '', agent) : { kind: 'USER' as const, id: userId, name: userName ?? '' }
      return { projectId, actor, access, sessionId: id, endsAt: endOf(leftMs), credential }
    },
    async noteRefused(credential, ip) {
      if (!noted.take(ip)) return
      // A socket may also be refused because its session went to another project.
      if (await authenticator.ofCredential(credential)) return
      const dead = await findDeadCredential(db, credential)
      const { projectId, actor, reason } = dead ?? { projectId: null, actor: UNKNOWN, reason: 'UNKNOWN' }
      await noteAlone(
        { db, projectId, actor, ip },
        { verb: 'session.refused', data: { credential: credential.kind, reason }, result: 'REFUSED', code: 'UNAUTHENTICATED' },
      )
    },
    cookieOf(request) {
      const secret = cookie.read(request)
      return secret === undefined ? undefined : { kind: 'SESSION', secret }
    },
  }
  return authenticator
}

/** A client that does not notice goes on for ever; the audit needs to know only that it does. */
const NOTED_PER_MINUTE = 10

const UNKNOWN: Actor = { kind: 'USER', id: null, name: 'Unknown' }

const tokenActor = (id: string, name: string, agent: boolean): Actor => ({ kind: agent ? 'AGENT' : 'TOKEN', id, name })

/** A little late, by the time that the answer was under way, and never early. */
const endOf = (leftMs: number | null): number => (leftMs === null ? Number.POSITIVE_INFINITY : monotonic() + leftMs)

/** The token of `Bearer …`; undefined for any other scheme. */
export const bearerOf = (authorization: string): string | undefined => /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]

function refuseToken(): never {
  throw new DocketError('UNAUTHENTICATED', 'The API token is unknown, expired or revoked.')
}

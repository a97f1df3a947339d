import type { IncomingMessage } from 'node:http'
import type { Actor } from '../domain/actor.ts'
import { DocketError } from '../domain/errors.ts'
import { findToken } from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'
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
  ofRequest(request: IncomingMessage): Promise<Viewer | null>
  /** Null when the credential is unknown, expired or revoked. */
  ofCredential(credential: Credential): Promise<Viewer | null>
  /** The credential that a browser's cookie holds. */
  cookieOf(request: IncomingMessage): Credential | undefined
}

export function createAuthenticator(db: Database, cookie: SessionCookie, publicUrl: string): Authenticator {
  const authenticator: Authenticator = {
    async ofRequest(request) {
      const { authorization } = request.headers
      if (authorization !== undefined) return (await ofBearer(authorization)) ?? refuseToken()
      const credential = authenticator.cookieOf(request)
      if (!credential) return null
      // A form on another site cannot add a header, and a script there may not without our leave, which nobody gets.
      if (!isSameSite(request, publicUrl)) throw new DocketError('FORBIDDEN', 'This request comes from a page of another site.')
      if (request.headers['x-requested-by'] === undefined) {
        throw new DocketError('FORBIDDEN', 'A request with a session cookie needs the header x-requested-by, with any value.')
      }
      return authenticator.ofCredential(credential)
    },
    async ofCredential(credential) {
      if (credential.kind === 'TOKEN') {
        const token = await findToken(db, credential.token)
        return token ? { projectId: token.projectId, actor: { kind: 'TOKEN', id: token.id, name: token.name }, credential } : null
      }
      const session = await findSession(db, credential.secret)
      if (!session) return null
      const { projectId, tokenId, tokenName } = session
      return { projectId, actor: tokenId ? { kind: 'TOKEN', id: tokenId, name: tokenName ?? '' } : ADMIN, credential }
    },
    cookieOf(request) {
      const secret = cookie.read(request)
      return secret === undefined ? undefined : { kind: 'SESSION', secret }
    },
  }
  const ofBearer = (authorization: string) => {
    const token = bearerOf(authorization)
    return token === undefined ? null : authenticator.ofCredential({ kind: 'TOKEN', token })
  }
  return authenticator
}

/** Whoever came by the printed link: until people have accounts, that is the person who runs the server. */
const ADMIN: Actor = { kind: 'USER', id: null, name: 'Admin' }

/** The token of `Bearer …`; undefined for any other scheme. */
export const bearerOf = (authorization: string): string | undefined => /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]

function refuseToken(): never {
  throw new DocketError('UNAUTHENTICATED', 'The API token is unknown, expired or revoked.')
}

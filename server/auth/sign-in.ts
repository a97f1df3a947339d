import type { IncomingMessage, ServerResponse } from 'node:http'
import { DocketError } from '../domain/errors.ts'
import { isStorable } from '../domain/text.ts'
import { answerJson, refuse } from '../http/answer.ts'
import { readJson } from '../http/body.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import { findToken } from '../store/api-tokens.ts'
import type { Database } from '../store/database.ts'
import { createSession, endSession, redeemLink } from '../store/sessions.ts'
import type { SessionCookie } from './cookie.ts'
import { isSameSite } from './origin.ts'

/** A guess at a one-time code costs as much as one at a token: hopeless. This keeps the log and the database quiet. */
const TRIES_PER_MINUTE = 10
const BODY_BYTES = 4 * 1024

/** `POST /auth/sign-in` and `POST /auth/sign-out`. */
export interface SignIn {
  signIn(request: IncomingMessage, response: ServerResponse, ip: string): Promise<void>
  signOut(request: IncomingMessage, response: ServerResponse): Promise<void>
}

/**
 * Signs a browser in with `{ code }`, the fragment of the printed link, which works once, or `{ token }`, an API token,
 * whose end also ends the session. Answers 204 and the cookie; 401 for anything that does not exist, 429 after ten
 * tries in a minute from one address.
 */
export function createSignIn(db: Database, cookie: SessionCookie, publicUrl: string): SignIn {
  const tries = createRateLimit(TRIES_PER_MINUTE, 60_000)
  return {
    async signIn(request, response, ip) {
      if (!isSameSite(request, publicUrl)) throw new DocketError('FORBIDDEN', 'This request comes from a page of another site.')
      if (!tries.take(ip)) throw new DocketError('RATE_LIMITED', 'Too many tries to sign in. Try again in a minute.')
      const { code, token } = readCredential(await readJson(request, BODY_BYTES))
      const secret = token === undefined ? (await redeemLink(db, code ?? ''))?.secret : await tokenSession(db, token)
      if (secret === undefined) throw new DocketError('UNAUTHENTICATED', 'The code or token is unknown, expired or used up.')
      response.setHeader('set-cookie', cookie.set(secret))
      answerJson(response, 200, { ok: true })
    },
    async signOut(request, response) {
      if (!isSameSite(request, publicUrl)) throw new DocketError('FORBIDDEN', 'This request comes from a page of another site.')
      if (request.headers['x-requested-by'] === undefined)
        return refuse(response, 403, 'FORBIDDEN', 'Signing out needs the header x-requested-by.')
      const secret = cookie.read(request)
      if (secret !== undefined) await endSession(db, secret)
      response.setHeader('set-cookie', cookie.clear())
      answerJson(response, 200, { ok: true })
    },
  }
}

async function tokenSession(db: Database, token: string): Promise<string | undefined> {
  const found = await findToken(db, token)
  return found && createSession(db, found.projectId, found.id)
}

function readCredential(body: unknown): { code?: string; token?: string } {
  const { code, token } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const fits = (value: unknown): value is string => typeof value === 'string' && value.length <= 200 && isStorable(value)
  if (fits(code) && token === undefined) return { code }
  if (fits(token) && code === undefined) return { token }
  throw new DocketError('BAD_USER_INPUT', 'Send { "code": … } from the sign-in link, or { "token": … } with an API token.')
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { acceptInvite } from '../commands/accept-invite.ts'
import { refusedSignIn } from '../commands/refused-sign-in.ts'
import { type From, signInByLink, signInByPassword, signInByToken } from '../commands/sign-in.ts'
import { signOut } from '../commands/sign-out.ts'
import { readEmail } from '../domain/email.ts'
import { DocketError } from '../domain/errors.ts'
import { isStorable } from '../domain/text.ts'
import { answerJson, refuse } from '../http/answer.ts'
import { readJson } from '../http/body.ts'
import type { Database } from '../store/database.ts'
import type { Passwords } from '../store/passwords.ts'
import type { Authenticator } from './authenticate.ts'
import type { SessionCookie } from './cookie.ts'
import { isSameSite } from './origin.ts'
import type { SignInLimits } from './sign-in-limits.ts'

const BODY_BYTES = 4 * 1024
const FIELD_CHARACTERS = 1_000

type Handler = (request: IncomingMessage, response: ServerResponse, ip: string) => Promise<void>

/** `POST /auth/sign-in`, `POST /auth/accept-invite` and `POST /auth/sign-out`. */
export interface SignIn {
  signIn: Handler
  acceptInvite: Handler
  signOut: Handler
}

export interface SignInOptions {
  db: Database
  cookie: SessionCookie
  authenticator: Authenticator
  passwords: Passwords
  limits: SignInLimits
  publicUrl: string
}

/**
 * Signs a browser in with `{ code }`, the fragment of the printed link, which works once; `{ email, password }`; or `{ token }`, an API token,
 * whose end also ends the session. Answers 200 and the cookie; 401 for anything that does not exist, 429 after ten failed tries in a minute
 * from one address, or in 15 minutes for one e-mail address.
 */
export function createSignIn({ db, cookie, authenticator, passwords, limits, publicUrl }: SignInOptions): SignIn {
  const signs =
    (by: (body: Record<string, unknown>, from: From) => Promise<string>): Handler =>
    async (request, response, ip) => {
      fromHere(request, publicUrl)
      const from = fromOf(request, ip)
      const secret = await tried(from, ip, async () => {
        const body = await readJson(request, BODY_BYTES)
        return by((typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>, from)
      })
      response.setHeader('set-cookie', cookie.set(secret))
      answerJson(response, 200, { ok: true })
    }

  async function tried(from: From, ip: string, by: () => Promise<string>): Promise<string> {
    try {
      limits.begin(ip)
      const secret = await by()
      limits.done(ip)
      return secret
    } catch (error) {
      if (!(error instanceof DocketError && error.code === 'RATE_LIMITED' && limits.toNote(ip))) throw error
      throw await refusedSignIn(db, { method: null, from, message: error.message, code: error.code })
    }
  }

  /** Counts the guess at the password of an address, known or not. */
  async function guessing(given: unknown, by: () => Promise<string>): Promise<string> {
    const email = readEmail(given)
    if (email !== undefined) limits.guess(email)
    const secret = await by()
    if (email !== undefined) limits.succeeded(email)
    return secret
  }

  return {
    signIn: signs(({ code, token, email, password }, from) => {
      if (isText(code) && allAbsent(token, email, password)) return signInByLink(db, code, from)
      if (isText(token) && allAbsent(code, email, password)) return signInByToken(db, token, from)
      if (isText(email) && isText(password) && allAbsent(code, token)) {
        return guessing(email, () => signInByPassword(db, passwords, { email, password }, from))
      }
      throw new DocketError(
        'BAD_USER_INPUT',
        'Send { "code": … } from the sign-in link, { "email": …, "password": … }, or { "token": … } with an API token.',
      )
    }),
    acceptInvite: signs(({ secret, name, password }, from) => {
      if (!isText(secret)) throw new DocketError('BAD_USER_INPUT', 'Send { "secret": … } from the link, "name" and "password".', 'secret')
      return acceptInvite(db, { passwords, guesses: limits }, { secret, name, password }, from)
    }),
    async signOut(request, response, ip) {
      fromHere(request, publicUrl)
      if (request.headers['x-requested-by'] === undefined)
        return refuse(response, 403, 'FORBIDDEN', 'Signing out needs the header x-requested-by.')
      const secret = cookie.read(request)
      const viewer = secret === undefined ? null : await authenticator.ofCredential({ kind: 'SESSION', secret })
      if (viewer && secret !== undefined) await signOut(db, secret, { ...viewer, ip })
      response.setHeader('set-cookie', cookie.clear())
      answerJson(response, 200, { ok: true })
    },
  }
}

/** Where a request that signs in comes from, for the list of sessions and the audit. */
export const fromOf = ({ headers }: IncomingMessage, ip: string): From => ({ ip, userAgent: headers['user-agent']?.slice(0, 300) })

function fromHere(request: IncomingMessage, publicUrl: string): void {
  if (!isSameSite(request, publicUrl)) throw new DocketError('FORBIDDEN', 'This request comes from a page of another site.')
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= FIELD_CHARACTERS && isStorable(value)

const allAbsent = (...values: unknown[]): boolean => values.every((value) => value === undefined)

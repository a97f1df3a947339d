import { DocketError } from '../domain/errors.ts'
import { noteAlone } from '../store/audited.ts'
import type { Database } from '../store/database.ts'
import { landingProject } from '../store/memberships.ts'
import type { SignInMethod } from '../store/sessions.ts'

/** A try to sign in that failed. */
export interface RefusedSignIn {
  /** Null: it was not looked at. */
  method: SignInMethod | null
  from: { ip?: string | undefined; userAgent?: string | undefined }
  /** What its sender reads. */
  message: string
  /** Default UNAUTHENTICATED. */
  code?: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'RATE_LIMITED' | undefined
  /** As it was given, if it is an address. */
  email?: string | undefined
  /** Whose account it was, if there is one. */
  user?: { id: string; name: string } | undefined
}

/** The UUID of no account. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Notes a try to sign in that failed, in the project where its person would have gone, and gives the error to throw. */
export async function refusedSignIn(
  db: Database,
  { method, from, message, code = 'UNAUTHENTICATED', email, user }: RefusedSignIn,
): Promise<DocketError> {
  // Asked for nobody as well: how long it takes must not tell whether there is an account.
  const projectId = (await landingProject(db.pool, user?.id ?? NOBODY)) ?? null
  const actor = { kind: 'USER' as const, id: user?.id ?? null, name: user?.name ?? 'Unknown' }
  await noteAlone(
    { db, projectId, actor, ip: from.ip },
    { verb: 'session.refused', data: { method, email, userAgent: from.userAgent }, result: 'REFUSED', code },
  )
  return new DocketError(code, message)
}

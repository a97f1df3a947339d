import {
  InvitePreviewDocument,
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SessionsDocument,
  SetPasswordDocument,
  type SetPasswordInput,
  SignInOptionsDocument,
  UpdateAccountDocument,
  type UpdateAccountInput,
} from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.account`: the person behind a browser's session. Refused for an API token, which is no person. */
export function accountCalls(request: Request) {
  return {
    /** Changes what is given and leaves the rest. */
    update: async (input: UpdateAccountInput) => (await request(UpdateAccountDocument, { input })).updateAccount,
    /** Ends all other sessions of the person. */
    setPassword: async (input: SetPasswordInput) => (await request(SetPasswordDocument, { input })).setPassword,
    /** Newest first. */
    sessions: async () => (await request(SessionsDocument, {})).sessions,
    /** Signs that browser out, also on open sockets. Gives the id. */
    revokeSession: async (id: string) => (await request(RevokeSessionDocument, { id })).revokeSession,
    /** Gives how many were signed out. */
    revokeOtherSessions: async () => (await request(RevokeOtherSessionsDocument, {})).revokeOtherSessions,
    /** How one may sign in; answered without a sign-in. */
    signInOptions: async () => (await request(SignInOptionsDocument, {})).signInOptions,
    /** What an invitation is about, by the secret of its link; null when it does not work. Answered without a sign-in. */
    invite: async (secret: string) => (await request(InvitePreviewDocument, { secret })).invite,
  }
}

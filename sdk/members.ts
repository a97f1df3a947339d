import {
  DisableMemberDocument,
  EnableMemberDocument,
  InviteMemberDocument,
  InvitesDocument,
  MembersDocument,
  RevokeInviteDocument,
  SetMemberRoleDocument,
} from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.members`: the people of the project, and who is invited to it. */
export function memberCalls(request: Request) {
  return {
    list: async () => (await request(MembersDocument, {})).members,
    /** The only answer that holds the link; whoever has it may accept. */
    invite: async (email: string, roleId: string) => (await request(InviteMemberDocument, { input: { email, roleId } })).inviteMember,
    /** Newest first, whatever became of them. */
    invites: async () => (await request(InvitesDocument, {})).invites,
    /** Its link stops working. */
    revokeInvite: async (id: string) => (await request(RevokeInviteDocument, { id })).revokeInvite,
    /** Holds from the next request on, and within a second on open sockets. */
    setRole: async (memberId: string, roleId: string) => (await request(SetMemberRoleDocument, { memberId, roleId })).setMemberRole,
    /** Ends all sign-ins to the project; tokens that act for the member are refused. */
    disable: async (memberId: string) => (await request(DisableMemberDocument, { memberId })).disableMember,
    enable: async (memberId: string) => (await request(EnableMemberDocument, { memberId })).enableMember,
  }
}

import { CreateGrantDocument, type CreateGrantInput, GrantsDocument, RevokeGrantDocument } from './generated/operations.ts'
import type { Request } from './transport.ts'

/** `client.grants`: runs that are approved in advance. */
export function grantCalls(request: Request) {
  return {
    /** Approves the runs of an action in advance: so many, or until then. For people only. */
    create: async (input: CreateGrantInput) => (await request(CreateGrantDocument, { input })).createGrant,
    /** Those of one action or of all, those in force first. */
    list: async (actionId?: string) => (await request(GrantsDocument, { actionId })).grants,
    /** It approves nothing any more; what it has approved stays so. */
    revoke: async (id: string) => (await request(RevokeGrantDocument, { id })).revokeGrant,
  }
}

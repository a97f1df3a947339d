import { ApiTokensDocument, CreateApiTokenDocument, type CreateApiTokenInput, RevokeApiTokenDocument } from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.tokens`: the API tokens. */
export function tokenCalls(request: Request) {
  return {
    /** The only answer that holds the token's text. */
    create: async (input: CreateApiTokenInput) => (await request(CreateApiTokenDocument, { input })).createApiToken,
    list: async (options: PageOptions = {}) => toPage((await request(ApiTokensDocument, options)).apiTokens),
    /** From now on it is refused; open subscriptions under it end. */
    revoke: async (id: string) => (await request(RevokeApiTokenDocument, { id })).revokeApiToken,
  }
}

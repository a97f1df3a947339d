import { RotateSigningSecretDocument, type RotateSigningSecretMutationVariables } from './generated/operations.ts'
import type { Request } from './transport.ts'

/** Part of the client: the secrets that requests are signed with. */
export function signingCalls(request: Request) {
  return {
    /** A new signing secret for a service, or for the project. The only answer that holds its text. */
    rotateSigningSecret: async (options: RotateSigningSecretMutationVariables = {}) =>
      (await request(RotateSigningSecretDocument, options)).rotateSigningSecret,
  }
}

import {
  DeleteSecretDocument,
  ResealSecretsDocument,
  type ResealSecretsMutation,
  SecretsDocument,
  SetSecretDocument,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

export type ResealStep = ResealSecretsMutation['resealSecrets']

/** One does it, the second one finds nothing to do; more of them only where somebody works against it. */
const PASSES = 5

/** `client.secrets`: values that headers name as `{{secret.NAME}}`; nothing gives them back. */
export function secretCalls(request: Request) {
  return {
    /** Makes it, or gives it another value. */
    set: async (name: string, value: string) => (await request(SetSecretDocument, { name, value })).setSecret,
    list: async (options: PageOptions = {}) => toPage((await request(SecretsDocument, options)).secrets),
    /** Refused while an action names it. Gives the id. */
    delete: async (id: string) => (await request(DeleteSecretDocument, { id })).deleteSecret,
    /**
     * Seals everything by the server's present SECRET_KEY, step by step. The last step is `clean`, unless other servers go on sealing by
     * another key.
     */
    async *reseal(): AsyncGenerator<ResealStep, void> {
      let after: string | null = null
      for (let passes = 0; passes < PASSES; ) {
        const step: ResealStep = (await request(ResealSecretsDocument, after === null ? {} : { after })).resealSecrets
        yield step
        if (step.clean) return
        after = step.cursor ?? null
        if (after === null) passes++
      }
    },
  }
}

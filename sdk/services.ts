import { CreateServiceDocument, type CreateServiceInput, ServicesDocument } from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.services`: the base URLs that actions call. */
export function serviceCalls(request: Request) {
  return {
    /** The only answer that holds `newSigningSecret`, with which its requests are signed. */
    create: async (input: CreateServiceInput) => (await request(CreateServiceDocument, { input })).createService,
    list: async (options: PageOptions = {}) => toPage((await request(ServicesDocument, options)).services),
  }
}

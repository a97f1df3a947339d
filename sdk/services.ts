import {
  CreateServiceDocument,
  type CreateServiceInput,
  DeleteServiceDocument,
  ResetBreakerDocument,
  ServiceDocument,
  ServicesDocument,
  UpdateServiceDocument,
  type UpdateServiceInput,
} from './generated/operations.ts'
import { type PageOptions, toPage } from './page.ts'
import type { Request } from './transport.ts'

/** `client.services`: the base URLs that actions call, with their limits and circuits. */
export function serviceCalls(request: Request) {
  return {
    /** The only answer that holds `newSigningSecret`, with which its requests are signed. */
    create: async (input: CreateServiceInput) => (await request(CreateServiceDocument, { input })).createService,
    /** Null when there is none. */
    get: async (id: string) => {
      const { node } = await request(ServiceDocument, { id })
      return node && 'baseUrl' in node ? node : null
    },
    list: async (options: PageOptions = {}) => toPage((await request(ServicesDocument, options)).services),
    /** Changes what is given and leaves the rest; null is the default, so `limit: null` removes the limit. */
    update: async (id: string, input: UpdateServiceInput) => (await request(UpdateServiceDocument, { id, input })).updateService,
    /** Refused while an action uses it. Gives the id. */
    delete: async (id: string) => (await request(DeleteServiceDocument, { id })).deleteService,
    /** Closes its circuit by hand: what waits is sent. */
    resetBreaker: async (serviceId: string) => (await request(ResetBreakerDocument, { serviceId })).resetBreaker,
  }
}

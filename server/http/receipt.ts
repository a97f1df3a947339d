import type { IncomingMessage, ServerResponse } from 'node:http'
import { type GraphQLObjectType, getNamedType, graphql, isObjectType } from 'graphql'
import type { Context, Services } from '../graphql/context.ts'
import { presentResult } from '../graphql/execute.ts'
import { findReceipt } from '../graphql/receipt.ts'
import { schema } from '../graphql/schema.ts'
import type { ReceiptKeySource } from '../store/receipt-key.ts'
import { answerJson, HttpRefusal, refuse } from './answer.ts'
import { createReceiptHeaders } from './security-headers.ts'
import type { Dashboard } from './static.ts'

export type ReceiptEndpoint = (request: IncomingMessage, response: ServerResponse, name: string, ip: string) => Promise<void>

/**
 * `GET /r/:token` is the dashboard's page, which shows the receipt live; `GET /r/:token.json` is what GraphQL's `receipt`
 * answers, all of it, signed. Reads no cookie. A token that does not exist, or not any more, is a 404, however it is wrong.
 */
export function createReceiptEndpoint(services: Services, dashboard: Dashboard, key: ReceiptKeySource): ReceiptEndpoint {
  const headers = createReceiptHeaders(services.publicUrl, dashboard.inlineScripts)
  return async (request, response, name, ip) => {
    const isJson = name.endsWith('.json')
    headers(response, isJson ? 'data' : 'page')
    requireReading(request, response)
    const context: Context = { ...services, viewer: null, ip }
    if (!isJson) return dashboard.page(request, response, (await findReceipt(context, name)) ? 200 : 404)
    const token = name.slice(0, -'.json'.length)
    const result = await graphql({ schema, source: QUERY, variableValues: { token }, contextValue: context })
    const { data, errors } = presentResult(result, services.log)
    if (data?.receipt) return answerJson(response, 200, await (await key()).sign(data.receipt))
    const { code = 'NOT_FOUND' } = (errors?.[0]?.extensions ?? {}) as {
      code?: 'NOT_FOUND' | 'RATE_LIMITED' | 'BAD_USER_INPUT' | 'INTERNAL'
    }
    if (code === 'INTERNAL') return refuse(response, 500, code, errors![0]!.message)
    if (code === 'RATE_LIMITED') return refuse(response, 429, code, errors![0]!.message)
    refuse(response, 404, 'NOT_FOUND', 'Receipt not found.')
  }
}

/** `GET /.well-known/docket-receipt-key`: what receipts are verified with. A list, so that keys can come and go; the first one signs. */
export async function answerReceiptKey(request: IncomingMessage, response: ServerResponse, key: ReceiptKeySource): Promise<void> {
  requireReading(request, response)
  const { published } = await key()
  // It is public, and pages of other sites may verify with it.
  response.setHeader('access-control-allow-origin', '*')
  answerJson(response, 200, { keys: [published] })
}

function requireReading({ method }: IncomingMessage, response: ServerResponse): void {
  if (method === 'GET' || method === 'HEAD') return
  response.setHeader('allow', 'GET, HEAD')
  throw new HttpRefusal(405, 'A receipt can only be read.')
}

/** Every field of a type, for a query that asks for all that a receipt shows. */
const allFields = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .map(({ name, type }) => {
      const named = getNamedType(type)
      return isObjectType(named) ? `${name} ${allFields(named)}` : name
    })
    .reduce((all, field) => `${all} ${field}`, '{')
    .concat(' }')

const QUERY = `query ($token: String!) { receipt(token: $token) ${allFields(schema.getType('Receipt') as GraphQLObjectType)} }`

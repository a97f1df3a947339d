import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Authenticator } from '../auth/authenticate.ts'
import type { Context, Services } from '../graphql/context.ts'
import { createDocuments } from '../graphql/document.ts'
import { presentError } from '../graphql/errors.ts'
import { executeWithin } from '../graphql/execute.ts'
import { schema } from '../graphql/schema.ts'
import { HttpRefusal } from './answer.ts'
import { readBody, requireJson } from './body.ts'

/** Four bodies of the largest size fit, and 1,000 small requests of a batch. */
const BODY_BYTES = 1024 * 1024

type ServerContext = { docket: Context }
export type GraphqlEndpoint = (request: IncomingMessage, response: ServerResponse, ip: string) => Promise<void>

/** `POST /graphql` with a JSON body, one operation a request. Subscriptions go over the WebSocket on the same path. */
export function createGraphqlEndpoint(services: Services, authenticator: Authenticator): GraphqlEndpoint {
  const yoga = createYoga<ServerContext>({
    schema,
    plugins: [createPipeline(services)],
    maskedErrors: { maskError: (error) => presentError(error, services.log) },
    graphqlEndpoint: '/graphql',
    maxRequestBodySize: BODY_BYTES,
    parserAndValidationCache: false,
    batching: false,
    multipart: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    logging: false,
  })
  return async (request, response, ip) => {
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST')
      throw new HttpRefusal(405, 'Send GraphQL operations by POST.')
    }
    requireJson(request)
    const body = await readBody(request, BODY_BYTES)
    const viewer = await authenticator.ofRequest(request)
    const headers = { 'content-type': 'application/json', accept: request.headers.accept ?? 'application/json' }
    const docket: Context = { ...services, viewer, ip }
    const answer = await yoga.fetch('http://docket/graphql', { method: 'POST', headers, body: body.toString() }, { docket })
    const text = await answer.text()
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      'cache-control': 'no-store',
      ...(answer.status === 401 && { 'www-authenticate': 'Bearer' }),
    })
    response.end(text)
  }
}

/** Puts our own documents, limits and execution in the place of Yoga's, so that both transports go the same way. */
function createPipeline({ log }: Services): Plugin<ServerContext> {
  const documents = createDocuments(schema)
  return {
    onParse({ context, params, setParsedDocument }) {
      const { document, errors } = documents(String(params.source), context.docket.viewer !== null)
      if (errors) throw new AggregateError(errors.map((error) => presentError(error, log)))
      setParsedDocument(document)
    },
    // It was validated where it was parsed.
    onValidate: ({ setResult }) => setResult([]),
    onExecute({ args, setExecuteFn }) {
      setExecuteFn(() => executeWithin({ ...(args as ExecutionArgs), contextValue: args.contextValue.docket }, log) as never)
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName)
      const message = 'Subscriptions go over the WebSocket on this path.'
      setResultAndStopExecution({ errors: [new GraphQLError(message, { nodes: operation ?? undefined, extensions: { code: 'BAD_USER_INPUT' } })] })
    },
  }
}

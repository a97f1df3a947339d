import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ExecutionArgs, GraphQLError, getOperationAST } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { Authenticator } from '../auth/authenticate.ts'
import { DocketError } from '../domain/errors.ts'
import type { Context, Services } from '../graphql/context.ts'
import { createDocuments } from '../graphql/document.ts'
import { presentError } from '../graphql/errors.ts'
import { executeWithin } from '../graphql/execute.ts'
import { schema } from '../graphql/schema.ts'
import { HttpRefusal } from './answer.ts'
import { readBody, requireJson } from './body.ts'

/** Four bodies of the largest size fit, and 1,000 small requests of a batch. */
const BODY_BYTES = 1024 * 1024

const RESPONSE_JSON = 'application/graphql-response+json'

type ServerContext = { docket: Context }
export type GraphqlEndpoint = (request: IncomingMessage, response: ServerResponse, ip: string) => Promise<void>

/** `POST /graphql` with a JSON body, one operation a request. Subscriptions go over the WebSocket on the same path. */
export function createGraphqlEndpoint(services: Services, authenticator: Authenticator): GraphqlEndpoint {
  const yoga = createYoga<ServerContext>({
    schema,
    plugins: [createPipeline(services)],
    // Our own pipeline has presented what comes from there; this is for what Yoga itself refuses.
    maskedErrors: { maskError: (error) => ofYoga(error, presentError(error, services.log)) },
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
    const viewer = await authenticator.ofRequest(request, ip)
    // Of the media types Yoga speaks, not the streams: every answer here is one piece.
    const accept = request.headers.accept?.includes(RESPONSE_JSON) ? RESPONSE_JSON : 'application/json'
    const headers = { 'content-type': 'application/json', accept }
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const docket: Context = { ...services, viewer, ip, gone: gone.signal }
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
      if (errors) throw new AggregateError(errors.map((error) => withStatus(presentError(error, log), true)))
      setParsedDocument(document)
    },
    // It was validated where it was parsed.
    onValidate: ({ setResult }) => setResult([]),
    onExecute({ args, setExecuteFn }) {
      setExecuteFn(async () => {
        const result = await executeWithin({ ...(args as ExecutionArgs), contextValue: args.contextValue.docket }, log)
        return { ...result, errors: result.errors?.map((error) => withStatus(error, !('data' in result))) } as never
      })
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName)
      const refusal = new DocketError('BAD_USER_INPUT', 'Subscriptions go over the WebSocket on this path.')
      const error = new GraphQLError(refusal.message, { nodes: operation ?? undefined, originalError: refusal })
      setResultAndStopExecution({ errors: [withStatus(presentError(error, log), true)] })
    },
  }
}

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  IDEMPOTENCY_IN_FLIGHT: 409,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
}

/**
 * Tells Yoga the status that goes with an error. `wholeRequest`: nothing was executed, which is 400 by GraphQL over HTTP,
 * but 200 (`spec`) for clients that accept only application/json. Yoga takes `http` out of the answer.
 */
function withStatus(error: GraphQLError, wholeRequest: boolean): GraphQLError {
  const status = STATUS[String(error.extensions.code)]
  if (status) error.extensions.http = { status }
  else if (wholeRequest) error.extensions.http = { status: 400, spec: true }
  return error
}

/** A body that is no GraphQL request is 400 for every client. */
function ofYoga(error: unknown, presented: GraphQLError): GraphQLError {
  if (!(error instanceof GraphQLError) || error.extensions.code !== 'BAD_REQUEST') return withStatus(presented, true)
  presented.extensions.http = { status: 400 }
  return presented
}

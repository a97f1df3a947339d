import { publicId } from '../domain/ids.ts'
import { builder } from './builder.ts'
import { ErrorSource } from './enums.ts'
import { BODY_MASKED, maskOptional } from './mask-body.ts'
import { Node, registerNode } from './node.ts'
import { connectionOf } from './page.ts'

export interface FailureShape {
  source: 'TARGET' | 'DISPATCH' | 'HANDLER' | 'UNKNOWN'
  code: string
  message: string
  responseCode: number | null
  /** Read only when it is asked for. */
  responseBody: () => Promise<string | null | undefined> | string | null
}

/** The columns that tell why a request failed, the same on an attempt and on its invocation. */
export interface FailureColumns {
  errorSource: FailureShape['source'] | null
  errorCode: string | null
  errorMessage: string | null
  responseCode: number | null
}

export const InvocationError = builder.objectRef<FailureShape>('InvocationError').implement({
  fields: (t) => ({
    source: t.expose('source', { type: ErrorSource }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
    responseCode: t.exposeInt('responseCode', { nullable: true }),
    responseBody: t.string({
      nullable: true,
      description: BODY_MASKED,
      resolve: async ({ responseBody }) => maskOptional(await responseBody()),
    }),
  }),
})

/** Null unless the row holds an error. */
export function failureOf(row: FailureColumns, responseBody: FailureShape['responseBody']): FailureShape | null {
  const { errorSource: source, errorCode: code, errorMessage, responseCode } = row
  return source && code ? { source, code, message: errorMessage ?? code, responseCode, responseBody } : null
}

export const Attempt = builder.prismaObject('Attempt', {
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ resolve: ({ id }) => publicId('attempt', id) }),
    error: t.field({ type: InvocationError, nullable: true, resolve: (attempt) => failureOf(attempt, () => attempt.responseBody) }),
  }),
})

export const AttemptConnection = connectionOf('Attempt', Attempt)

registerNode('attempt', 'Attempt', ({ db }, projectId, ids, query) =>
  db.prisma.attempt.findMany({ ...query, where: { id: { in: ids }, invocation: { projectId } } }),
)

import { randomUUID } from 'node:crypto'
import { GraphQLError, Kind, print } from 'graphql'
import type { ItemResult } from '../commands/batch.ts'
import { DocketError } from '../domain/errors.ts'
import type { Log } from '../log.ts'
import { builder } from './builder.ts'

/** Graphql-js quotes the input it refuses, however long it is. */
const MESSAGE_MAX = 500

export const ItemError = builder.objectRef<{ code: string; field: string | undefined; message: string }>('ItemError').implement({
  description: 'Why one item of a batch was refused.',
  fields: (t) => ({
    code: t.exposeString('code'),
    field: t.exposeString('field', { nullable: true }),
    message: t.string({ resolve: ({ message }) => shorten(message) }),
  }),
})

/** A plain object, because graphql-js takes an Error that a resolver returns for one it has thrown. */
export function itemErrorOf(item: ItemResult): { code: string; field: string | undefined; message: string } | undefined {
  if (!('error' in item)) return undefined
  const { code, field, message } = item.error
  return { code, field, message }
}

/**
 * The error as the caller may see it. An expected refusal keeps its code, field and sentence; a document or variable
 * that graphql-js refuses becomes BAD_USER_INPUT; anything else is a defect, which is logged under an id and answers
 * INTERNAL with that id and nothing else.
 */
export function presentError(error: unknown, log: Log): GraphQLError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const place =
    error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path } : {}
  const present = (code: string, message: string, more: object = {}) =>
    new GraphQLError(shorten(message), { ...place, extensions: { code, ...more } })
  if (error instanceof GraphQLError && isRefusedValue(error.message)) {
    return present('BAD_USER_INPUT', refusalIn(error)?.message ?? error.message, { field: refusedField(error) })
  }
  if (cause instanceof DocketError) {
    const { field, position } = cause
    return present(cause.code, cause.message, { ...(field !== undefined && { field }), ...(position && { position }) })
  }
  // With a path it was thrown while the answer was made: a value of ours that does not fit the schema.
  if (cause instanceof GraphQLError && (!place.path || cause.extensions.code)) return known(cause, present)
  const errorId = randomUUID()
  log.error({ err: cause, errorId, path: place.path }, 'unexpected error')
  return present('INTERNAL', `Something went wrong on our side. Report it with the error id ${errorId}.`, { errorId })
}

/** Yoga's own words for a body that is no GraphQL request and for an operation that is not in the document. */
const REFUSALS_OF_YOGA = new Set(['BAD_REQUEST', 'OPERATION_RESOLUTION_FAILURE'])

function known(
  { message, extensions }: GraphQLError,
  present: (code: string, message: string, more?: object) => GraphQLError,
): GraphQLError {
  const { code = 'BAD_USER_INPUT', field, position, errorId } = extensions
  return present(REFUSALS_OF_YOGA.has(String(code)) ? 'BAD_USER_INPUT' : String(code), message, {
    ...(field !== undefined && { field }),
    ...(position !== undefined && { position }),
    ...(errorId !== undefined && { errorId }),
  })
}

const REFUSED_VALUE = /^(?:Variable "\$|Argument "(?:\w+\.)*)(\w+)(?:\([^)]*\))?" has invalid value(?: at (\S+?))?: /

const isRefusedValue = (message: string): boolean => REFUSED_VALUE.test(message)

/** A scalar's own refusal, which graphql-js wraps in the sentence that names the place. */
function refusalIn(error: Error): DocketError | undefined {
  for (let inner: unknown = error; inner instanceof Error; inner = (inner as GraphQLError).originalError ?? inner.cause) {
    if (inner instanceof DocketError) return inner
  }
  return undefined
}

/** Where the refused value is, as commands name it: from inside `input`, whatever the client calls its variable. */
function refusedField({ message, nodes }: GraphQLError): string {
  const [, name, path = ''] = REFUSED_VALUE.exec(message)!
  const inside = path.replace(/^\./, '')
  const [node] = nodes ?? []
  const type = node?.kind === Kind.VARIABLE_DEFINITION ? print(node.type) : ''
  if (inside && (name === 'input' || /^(Create|Update|Send)\w*Input!?$/.test(type))) return inside
  return inside ? `${name}${inside.startsWith('[') ? '' : '.'}${inside}` : name!
}

const shorten = (message: string): string => (message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX - 1)}…` : message)

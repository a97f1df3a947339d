import { randomUUID } from 'node:crypto'
import { GraphQLError } from 'graphql'
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

export const itemErrorOf = (item: ItemResult): { code: string; field: string | undefined; message: string } | undefined =>
  'error' in item ? item.error : undefined

/**
 * The error as the caller may see it. An expected refusal keeps its code, field and sentence; a document or variable
 * that graphql-js refuses becomes BAD_USER_INPUT; anything else is a defect, which is logged under an id and answers
 * INTERNAL with that id and nothing else.
 */
export function presentError(error: unknown, log: Log): GraphQLError {
  const cause = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const place = error instanceof GraphQLError ? { nodes: error.nodes, source: error.source, positions: error.positions, path: error.path } : {}
  const present = (code: string, message: string, more: object = {}) =>
    new GraphQLError(shorten(message), { ...place, extensions: { code, ...more } })
  if (error instanceof GraphQLError && isRefusedInput(error)) return present('BAD_USER_INPUT', error.message, refusedField(error.message))
  if (cause instanceof DocketError) {
    const http = STATUS[cause.code] && { http: { status: STATUS[cause.code] } }
    return present(cause.code, cause.message, { ...(cause.field !== undefined && { field: cause.field }), ...http })
  }
  if (cause instanceof GraphQLError) return present(String(cause.extensions.code ?? 'BAD_USER_INPUT'), cause.message, cause.extensions)
  const errorId = randomUUID()
  log.error({ err: cause, errorId, path: place.path }, 'unexpected error')
  return present('INTERNAL', `Something went wrong on our side. Report it with the error id ${errorId}.`, { errorId })
}

/** Statuses of refusals that concern the request as a whole (others answer 200 as GraphQL over HTTP has it). */
const STATUS: Partial<Record<DocketError['code'], number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429 }

const REFUSED_VARIABLE = /^Variable "\$(\w+)" has invalid value(?: at (\S+?))?:/
const REFUSED_ARGUMENT = /^Argument "(?:[\w]+\.)*(\w+)(?:\([^)]*\))?" has invalid value(?: at (\S+?))?:/

/** A scalar's own refusal comes wrapped in the sentence that names the place. */
const isRefusedInput = ({ message }: GraphQLError): boolean => REFUSED_VARIABLE.test(message) || REFUSED_ARGUMENT.test(message)

function refusedField(message: string): { field?: string } {
  const [, name, path] = REFUSED_VARIABLE.exec(message) ?? REFUSED_ARGUMENT.exec(message) ?? []
  const inside = path?.replace(/^\./, '').replace(/^(\[\d+\])\.?/, '$1.')
  const field = name === 'input' && inside ? inside : [name, inside].filter(Boolean).join(inside?.startsWith('[') ? '' : '.')
  return field ? { field } : {}
}

const shorten = (message: string): string => (message.length > MESSAGE_MAX ? `${message.slice(0, MESSAGE_MAX - 1)}…` : message)

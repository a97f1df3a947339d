import {
  type ExecutionArgs,
  type FieldNode,
  type GraphQLError,
  getOperationAST,
  Kind,
  OperationTypeNode,
  valueFromASTUntyped,
} from 'graphql'
import type { ItemResult } from '../commands/batch.ts'
import { DocketError, type ErrorCode } from '../domain/errors.ts'
import { type Noun, parseId } from '../domain/ids.ts'
import { type AuditNote, noteAlone } from '../store/audited.ts'
import { type Context, commandContext } from './context.ts'

/** Refusals that only say that something was written wrongly; those of nobody are noted where people sign in. */
const ONLY_WRONG =
  /^(UNAUTHENTICATED|BAD_USER_INPUT|INTERNAL|CURSOR_EXPIRED|SECRET_UNKNOWN|INVALID_(CRON|TIMEZONE|SCHEDULE|TARGET)|(IDEMPOTENCY|HEADER|URL)_\w+)$/

/**
 * Notes each mutation of an operation that was refused: who tried what. Its input is not kept but for the ids that it names. That it cannot be
 * noted changes no answer, and is logged.
 */
export async function noteRefusals(
  { document, operationName, variableValues, contextValue }: ExecutionArgs,
  errors: readonly GraphQLError[],
) {
  const context = contextValue as Context
  if (!context?.viewer || getOperationAST(document, operationName)?.operation !== OperationTypeNode.MUTATION) return
  for (const { path, nodes, originalError } of errors) {
    const [field] = nodes ?? []
    if (path?.length !== 1 || field?.kind !== Kind.FIELD || !(originalError instanceof DocketError) || ONLY_WRONG.test(originalError.code))
      continue
    try {
      await noteAlone(commandContext(context), refusal(field, variableValues, originalError.code))
    } catch (error) {
      context.log.error({ err: error, mutation: field.name.value, code: originalError.code }, 'could not note a refusal in the audit')
    }
  }
}

/** The same for the items of a batch that were refused each by itself: one entry for each code. Gives the results. */
export async function noteRefusedItems(context: Context, mutation: string, results: ItemResult[]): Promise<ItemResult[]> {
  const items = new Map<ErrorCode, number>()
  for (const result of results) {
    if ('error' in result && !ONLY_WRONG.test(result.error.code)) items.set(result.error.code, (items.get(result.error.code) ?? 0) + 1)
  }
  for (const [code, count] of items) {
    try {
      await noteAlone(commandContext(context), { verb: 'request.refused', data: { mutation, items: count }, result: 'REFUSED', code })
    } catch (error) {
      context.log.error({ err: error, mutation, code }, 'could not note a refusal in the audit')
    }
  }
  return results
}

interface NamedId {
  name: string
  id: string
  noun: Noun
  uuid: string
}

function refusal(field: FieldNode, variables: ExecutionArgs['variableValues'], code: ErrorCode): AuditNote {
  const mutation = field.name.value
  const ids = (field.arguments ?? []).flatMap(({ name, value }) => idsIn(name.value, valueFromASTUntyped(value, variables)))
  const [first] = ids
  // An id of another project is kept as it was given, and leads nowhere.
  const uuidOf = (noun: Noun) => (code === 'NOT_FOUND' ? null : (ids.find((one) => one.noun === noun)?.uuid ?? null))
  const decides = mutation === 'approve' || mutation === 'reject'
  return {
    verb: `${decides ? 'approval' : (first?.noun ?? 'request')}.refused`,
    ...(first && { object: { type: first.noun, id: first.id } }),
    actionId: uuidOf('action'),
    invocationId: uuidOf('invocation'),
    data: { mutation, ...Object.fromEntries(ids.map(({ name, id }) => [name, id])) },
    result: 'REFUSED',
    code,
  }
}

/** The ids of ours in an argument, and in the members of an input. */
function idsIn(name: string, value: unknown): NamedId[] {
  if (typeof value === 'string') {
    const known = parseId(value)
    return known ? [{ name, id: value, ...known }] : []
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return []
  return Object.entries(value).flatMap(([member, item]) => (typeof item === 'string' ? idsIn(member, item) : []))
}

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
import { type AuditNote, audited } from '../store/audited.ts'
import { refusedReads } from './audit-refused-reads.ts'
import { type Context, commandContext } from './context.ts'

/**
 * Refusals that only say that something was written wrongly; those of nobody are noted where people sign in. Everything else is noted, also a rule or
 * a policy that was not accepted: it says who may do what.
 */
const ONLY_WRONG =
  /^(UNAUTHENTICATED|BAD_USER_INPUT|INTERNAL|CURSOR_EXPIRED|SECRET_UNKNOWN|INVALID_(CRON|TIMEZONE|SCHEDULE|TARGET)|(IDEMPOTENCY|HEADER|URL)_\w+)$/

/** Nobody allowed it: of a batch, each of these items is noted by itself, and the others are counted. */
const NOT_ALLOWED = /^(FORBIDDEN|APPROVAL_\w+)$/

/**
 * Notes each mutation of an operation that was refused: who tried what; of a query, that somebody may not look into the audit. The input is not
 * kept but for the ids that it names. That it cannot be noted changes no answer, and is logged.
 *
 * @param whole the errors refuse the operation and not a field of it
 */
export async function noteRefusals(args: ExecutionArgs, errors: readonly GraphQLError[], { whole = false } = {}): Promise<void> {
  const context = args.contextValue as Context
  const kind = getOperationAST(args.document, args.operationName)?.operation
  if (!context?.viewer) return
  if (kind === OperationTypeNode.QUERY) return noteAll(context, refusedReads(args, errors, whole))
  if (kind === OperationTypeNode.MUTATION) return noteAll(context, refusedMutations(args, errors))
}

/**
 * The same for the items of a batch that were refused each by itself: an entry for each that nobody allowed, and one for each code of the others.
 * Gives the results.
 */
export async function noteRefusedItems(
  context: Context,
  mutation: string,
  inputs: readonly object[],
  results: ItemResult[],
): Promise<ItemResult[]> {
  const notes: AuditNote[] = []
  const others = new Map<ErrorCode, number>()
  for (const [item, result] of results.entries()) {
    if (!('error' in result) || ONLY_WRONG.test(result.error.code)) continue
    const { code } = result.error
    if (NOT_ALLOWED.test(code)) notes.push(refusedItem(inputs[item]!, { mutation, item }, code))
    else others.set(code, (others.get(code) ?? 0) + 1)
  }
  for (const [code, items] of others) notes.push({ verb: 'request.refused', data: { mutation, items }, result: 'REFUSED', code })
  await noteAll(context, notes)
  return results
}

async function noteAll(context: Context, notes: readonly AuditNote[]): Promise<void> {
  if (notes.length === 0) return
  try {
    await audited(commandContext(context), async (_, note) => notes.forEach(note))
  } catch (error) {
    const refused = notes.map(({ data, code }) => ({ data, code }))
    context.log.error({ err: error, refused: refused.slice(0, LOGGED) }, 'could not note what was refused in the audit')
  }
}

/** A batch may have 1,000. */
const LOGGED = 10

const refusedMutations = ({ variableValues }: ExecutionArgs, errors: readonly GraphQLError[]): AuditNote[] =>
  errors.flatMap(({ path, nodes, originalError }) => {
    const [field] = nodes ?? []
    if (path?.length !== 1 || field?.kind !== Kind.FIELD || !(originalError instanceof DocketError)) return []
    return ONLY_WRONG.test(originalError.code) ? [] : [refusal(field, variableValues, originalError.code)]
  })

/** What of an item tells which it was; the rest of it is not kept. */
const TELLING = ['name', 'key'] as const
const TELLING_CHARACTERS = 255

function refusedItem(input: object, of: { mutation: string; item: number }, code: ErrorCode): AuditNote {
  const { record, target, dedupe, ...own } = input as { [member: string]: unknown }
  const ids = [...idsIn('', own), ...idsIn('', target)]
  return {
    verb: 'request.refused',
    record: recordIn(record),
    data: {
      ...of,
      ...Object.fromEntries(TELLING.flatMap((name) => (isTelling(own[name]) ? [[name, own[name]]] : []))),
      ...(dedupe !== null && typeof dedupe === 'object' && 'key' in dedupe && isTelling(dedupe.key) && { dedupe: dedupe.key }),
      ...Object.fromEntries(ids.map(({ name, id }) => [name, id])),
    },
    result: 'REFUSED',
    code,
  }
}

/** Who is refused may have written anything. */
const isTelling = (value: unknown): value is string => typeof value === 'string' && value.length <= TELLING_CHARACTERS

function recordIn(record: unknown): AuditNote['record'] {
  const { type, id } = (record ?? {}) as { [member: string]: unknown }
  return isTelling(type) && isTelling(id) ? { type, id } : null
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

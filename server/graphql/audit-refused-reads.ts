import {
  type ExecutionArgs,
  type FieldNode,
  type GraphQLError,
  getOperationAST,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { parseId } from '../domain/ids.ts'
import type { AuditNote } from '../store/audited.ts'
import { fragmentsOf } from './limits.ts'

/**
 * What the audit notes of a query that was refused a look into the audit itself: once for each field that asked for it, whatever else of the query
 * was answered. Other reads that are refused are not noted.
 *
 * @param whole the errors refuse the operation and not a field of it
 */
export function refusedReads(
  { document, operationName, variableValues }: ExecutionArgs,
  errors: readonly GraphQLError[],
  whole: boolean,
): AuditNote[] {
  const forbidden = errors.filter(({ originalError }) => originalError instanceof DocketError && originalError.code === 'FORBIDDEN')
  const operation = getOperationAST(document, operationName)
  if (forbidden.length === 0 || !operation) return []
  const keys = new Set(forbidden.map(({ path }) => path?.[0]))
  const names = rootFields(operation.selectionSet, fragmentsOf(document))
    .filter((field) => whole || keys.has(field.alias?.value ?? field.name.value))
    .filter((field) => asksForAudit(field, variableValues))
    .map(({ name }) => name.value)
  return [...new Set(names)].map((query) => ({ verb: 'audit.refused', data: { query }, result: 'REFUSED', code: 'FORBIDDEN' }))
}

const rootFields = ({ selections }: SelectionSetNode, fragments: ReturnType<typeof fragmentsOf>): FieldNode[] =>
  selections.flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one]
    return rootFields(one.kind === Kind.INLINE_FRAGMENT ? one.selectionSet : fragments.get(one.name.value)!.selectionSet, fragments)
  })

const READS = ['auditLog', 'auditVerification']
const NODES = ['node', 'nodes']

/** As a field of its own, or by the ids of entries. */
function asksForAudit({ name, arguments: given = [] }: FieldNode, variables: ExecutionArgs['variableValues']): boolean {
  if (READS.includes(name.value)) return true
  if (!NODES.includes(name.value)) return false
  const ids = given.flatMap(({ value }) => valueFromASTUntyped(value, variables)) as unknown[]
  return ids.some((id) => typeof id === 'string' && parseId(id)?.noun === 'audit')
}

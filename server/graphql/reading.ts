import {
  type ExecutionArgs,
  type FieldNode,
  GraphQLError,
  type GraphQLNamedType,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import { mayDo } from '../domain/access.ts'
import { DocketError } from '../domain/errors.ts'
import type { Context } from './context.ts'
import { fragmentsOf } from './limits.ts'

/**
 * Why an operation of a token without the scope READ is refused as a whole, if it is. Such a token is told what it did: the object that a
 * mutation answers with. It does not look further from there, as through the action of a run at all of its runs.
 */
export function refusedReading({ document, operationName, schema, contextValue }: ExecutionArgs): GraphQLError | undefined {
  const viewer = (contextValue as Context | undefined)?.viewer
  const operation = getOperationAST(document, operationName)
  const root = operation && schema.getRootType(operation.operation)
  if (!viewer || !root || mayDo(viewer.access, 'READ')) return undefined
  const beyond = fieldBeyond(fragmentsOf(document), operation.selectionSet, root, false)
  if (!beyond) return undefined
  const why = `This API token does not have the scope READ: its answers are about what it did itself. Leave ${beyond.name.value} out.`
  const [first] = operation.selectionSet.selections
  const field = first?.kind === Kind.FIELD ? first : undefined
  return new GraphQLError(why, {
    nodes: field,
    path: field && [field.alias?.value ?? field.name.value],
    originalError: new DocketError('FORBIDDEN', why),
  })
}

/** The first field that leads from one object to another. */
function fieldBeyond(
  fragments: ReturnType<typeof fragmentsOf>,
  { selections }: SelectionSetNode,
  type: GraphQLNamedType,
  inside: boolean,
): FieldNode | undefined {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!
      const found = fieldBeyond(fragments, inner.selectionSet, type, inside)
      if (found) return found
      continue
    }
    const field = isObjectType(type) ? type.getFields()[selection.name.value] : undefined
    if (!field || !selection.selectionSet) continue
    const of = getNamedType(field.type)
    const leads = isNode(of) || of.name.endsWith('Connection')
    if (inside && leads) return selection
    const found = fieldBeyond(fragments, selection.selectionSet, of, inside || leads)
    if (found) return found
  }
  return undefined
}

const isNode = (type: GraphQLNamedType): boolean =>
  isAbstractType(type) || (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node'))

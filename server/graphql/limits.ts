import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'

/** Bytes of a document; our own dashboard needs about 2 KiB. */
export const QUERY_BYTES = 16 * 1024
export const QUERY_TOKENS = 1_000
/** Levels of fields; what the schema tells about itself is not counted, as the usual introspection needs 13. */
const DEPTH_MAX = 8
const ALIASES_MAX = 15

/** Refuses documents deeper than 8 levels or with more than 15 aliases, fragments unfolded. */
export const LIMIT_RULES: readonly ValidationRule[] = [
  (context) =>
    onOperation(context, (selections, fragments) => {
      const depth = measure(selections, fragments, { field: (inside) => inside + 1, join: Math.max })
      return depth > DEPTH_MAX ? `The operation is ${depth} levels deep; at most ${DEPTH_MAX} are allowed.` : undefined
    }),
  (context) =>
    onOperation(context, (selections, fragments) => {
      const aliases = measure(selections, fragments, { field: (inside, aliased) => inside + (aliased ? 1 : 0), join: (a, b) => a + b })
      return aliases > ALIASES_MAX ? `The operation has ${aliases} aliases; at most ${ALIASES_MAX} are allowed.` : undefined
    }),
]

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

interface Measure {
  field(inside: number, aliased: boolean): number
  join(a: number, b: number): number
}

function onOperation(
  context: ValidationContext,
  judge: (selections: SelectionSetNode, fragments: Fragments) => string | undefined,
): ASTVisitor {
  const fragments = fragmentsOf(context.getDocument())
  return {
    OperationDefinition(node) {
      const refusal = judge(node.selectionSet, fragments)
      if (refusal) context.reportError(new GraphQLError(refusal, { nodes: node }))
    },
  }
}

/** Each fragment is measured once, so that fragments which spread each other twice do not cost exponential time. */
function measure(root: SelectionSetNode, fragments: Fragments, { field, join }: Measure): number {
  const known = new Map<string, number>()
  const ofSet = (set: SelectionSetNode): number => {
    let total = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) total = join(total, ofFragment(selection.name.value))
      else if (selection.kind === Kind.INLINE_FRAGMENT) total = join(total, ofSet(selection.selectionSet))
      else if (!selection.name.value.startsWith('__')) {
        total = join(total, field(selection.selectionSet ? ofSet(selection.selectionSet) : 0, selection.alias !== undefined))
      }
    }
    return total
  }
  const ofFragment = (name: string): number => {
    const measured = known.get(name)
    if (measured !== undefined) return measured
    // A cycle is another rule's refusal; here it only must not run forever.
    known.set(name, 0)
    const fragment = fragments.get(name)
    const value = fragment ? ofSet(fragment.selectionSet) : 0
    known.set(name, value)
    return value
  }
  return ofSet(root)
}

/** The fragments of a document by name. */
export const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])))

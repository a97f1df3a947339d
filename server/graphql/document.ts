import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, parse, type SelectionSetNode, specifiedRules, validate } from 'graphql'
import { fragmentsOf, LIMIT_RULES, QUERY_BYTES, QUERY_TOKENS } from './limits.ts'

/** A document that may be executed, or why not. */
export type Prepared = { document: DocumentNode; errors?: undefined } | { document?: undefined; errors: readonly GraphQLError[] }

/** Characters of all remembered documents together. Clients send the same few, about 2 KiB each; parsed they take up to 60 times that. */
const KEPT_CHARACTERS = 512 * 1024
/** What answers without a sign-in: the token of a receipt and the secret of an invitation are their keys. */
const OPEN_FIELDS = new Set(['receipt', 'receiptChanged', 'invite', 'signInOptions', '__typename'])

/**
 * Parses and validates a document once and remembers the outcome. Who is not signed in may only ask for receipts and how to sign in, and
 * learns nothing else of the schema, neither by introspection nor by "Did you mean".
 */
export function createDocuments(schema: GraphQLSchema): (query: string, signedIn: boolean) => Prepared {
  const known = new Map<string, Prepared>()
  let characters = 0
  return (query, signedIn) => {
    const key = `${signedIn ? '+' : '-'}${query}`
    const kept = known.get(key)
    if (kept) {
      // Reinserted, so that the first key is always the one not used for longest.
      known.delete(key)
      known.set(key, kept)
      return kept
    }
    const prepared = prepare(schema, query, signedIn)
    if (prepared.errors) return prepared
    known.set(key, prepared)
    characters += key.length
    for (const oldest of known.keys()) {
      if (characters <= KEPT_CHARACTERS) break
      known.delete(oldest)
      characters -= oldest.length
    }
    return prepared
  }
}

function prepare(schema: GraphQLSchema, query: string, signedIn: boolean): Prepared {
  if (Buffer.byteLength(query) > QUERY_BYTES) return refused(`The query must be at most ${QUERY_BYTES / 1024} KiB.`)
  let document: DocumentNode
  try {
    document = parse(query, { maxTokens: QUERY_TOKENS })
  } catch (error) {
    return { errors: [error as GraphQLError] }
  }
  if (!signedIn && !isOpen(document)) {
    return refused('Sign in, or send an API token as "Authorization: Bearer …".', 'UNAUTHENTICATED')
  }
  const errors = validate(schema, document, [...specifiedRules, ...LIMIT_RULES], { hideSuggestions: !signedIn, maxErrors: 20 })
  return errors.length > 0 ? { errors } : { document }
}

const refused = (message: string, code = 'BAD_USER_INPUT'): Prepared => ({ errors: [new GraphQLError(message, { extensions: { code } })] })

function isOpen(document: DocumentNode): boolean {
  const fragments = fragmentsOf(document)
  const seen = new Set<string>()
  const open = (set: SelectionSetNode): boolean =>
    set.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return OPEN_FIELDS.has(selection.name.value)
      if (selection.kind === Kind.INLINE_FRAGMENT) return open(selection.selectionSet)
      const fragment = fragments.get(selection.name.value)
      if (!fragment || seen.has(selection.name.value)) return true
      seen.add(selection.name.value)
      return open(fragment.selectionSet)
    })
  return document.definitions.every((node) => node.kind !== Kind.OPERATION_DEFINITION || open(node.selectionSet))
}

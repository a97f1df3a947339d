import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import {
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'

/** The schema as it is handed out, which a test compares with the server's. */
export const schema = buildSchema(readFileSync(resolve(import.meta.dirname, '../schema.graphql'), 'utf8'))

type Field = GraphQLField<unknown, unknown>

export const mutations = Object.values(schema.getMutationType()!.getFields())
export const queries = Object.values(schema.getQueryType()!.getFields())
export const subscriptions = Object.values(schema.getSubscriptionType()!.getFields())

/**
 * A document with this one field, whose arguments are variables of the same names.
 * @param given which arguments it names
 * @param depth levels of objects below it that are asked for; 0 asks for `__typename` alone
 */
export function documentOf(kind: 'query' | 'mutation' | 'subscription', field: Field, given: Iterable<string>, depth = 0): string {
  const names = new Set(given)
  const args = field.args.filter(({ name }) => names.has(name))
  const head = args.length > 0 ? ` (${args.map(({ name, type }) => `$${name}: ${type}`).join(', ')})` : ''
  const pass = args.length > 0 ? `(${args.map(({ name }) => `${name}: $${name}`).join(', ')})` : ''
  return `${kind}${head} { ${field.name}${pass}${selectionOf(getNamedType(field.type), depth)} }`
}

/** All fields that need no argument, as deep as asked. */
function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (isLeafType(type)) return ''
  if (isAbstractType(type)) return ' { __typename id }'
  if (!isObjectType(type)) return ''
  const parts = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type)
    if (field.args.some(isRequiredArgument)) return []
    if (isLeafType(inner)) return [field.name]
    // A connection's levels hold nothing by themselves.
    const level = /(Connection|Edge)$/.test(type.name) ? depth : depth - 1
    return level > 0
      ? [`${field.name}${field.args.some(({ name }) => name === 'first') ? '(first: 2)' : ''}${selectionOf(inner, level)}`]
      : []
  })
  return ` { __typename ${parts.join(' ')} }`
}

/** Where an argument can name something: `filter.actionId`, `ids.0`. */
export type IdPath = string

/** All places of type ID in the arguments of a field; of a list its first item. */
export function idPathsOf(field: Field): IdPath[] {
  return field.args.flatMap(({ name, type }) => idPathsIn(type, name, []))
}

function idPathsIn(type: GraphQLInputType, at: string, inside: string[]): IdPath[] {
  const inner = isNonNullType(type) ? type.ofType : type
  if (isListType(inner)) return idPathsIn(inner.ofType, `${at}.0`, inside)
  if (isInputObjectType(inner)) {
    if (inside.includes(inner.name)) return []
    return Object.values(inner.getFields()).flatMap((one) => idPathsIn(one.type, `${at}.${one.name}`, [...inside, inner.name]))
  }
  return getNamedType(inner).name === 'ID' ? [at] : []
}

/** The fields of objects, and of the three roots, that take arguments of type ID. */
export function fieldsWithIds(): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.values(type.getFields()).flatMap((field) => idPathsOf(field).map((path) => `${type.name}.${field.name} ${path}`))
      : [],
  )
}

/** A copy of `value` with `leaf` at `path`; objects and lists on the way are made. */
export function withLeaf(value: unknown, path: IdPath, leaf: unknown): unknown {
  const [head, ...rest] = path.split('.')
  if (head === undefined || head === '') return leaf
  const inner = (value as Record<string, unknown> | undefined)?.[head]
  const changed = rest.length > 0 ? withLeaf(inner, rest.join('.'), leaf) : leaf
  if (/^\d+$/.test(head)) return Object.assign([...((value as unknown[] | undefined) ?? [])], { [head]: changed })
  return { ...(value as object | undefined), [head]: changed }
}

export const leafAt = (value: unknown, path: IdPath): unknown =>
  path.split('.').reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], value)

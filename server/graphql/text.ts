import { defaultFieldResolver, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql'
import { DocketError } from '../domain/errors.ts'
import { isStorable } from '../domain/text.ts'

/**
 * Wraps every field that takes arguments: a string with NUL, which PostgreSQL cannot store, or with half a surrogate
 * pair, which UTF-8 cannot carry, is refused as BAD_USER_INPUT before anything is read or written. Items of a batch are
 * left to its command, which answers for each of them.
 */
export function refuseBrokenText(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) if (field.args.length > 0) guard(field)
  }
  return schema
}

function guard(field: GraphQLField<unknown, unknown>): void {
  const { resolve = defaultFieldResolver, subscribe } = field
  // A subscription's arguments are read when it starts; its resolver runs for every event and need not look again.
  if (!subscribe) {
    field.resolve = (parent, args, context, info) => {
      checkText(args)
      return resolve(parent, args, context, info)
    }
    return
  }
  field.subscribe = (parent, args, context, info) => {
    checkText(args)
    return subscribe(parent, args, context, info)
  }
}

/** @throws DocketError BAD_USER_INPUT on the first string (key or value, any depth) that is not well-formed text. */
function checkText(args: object): void {
  const open: [unknown, string][] = Object.entries(args)
    .filter(([name]) => name !== 'inputs')
    .map(([name, value]) => [value, name === 'input' ? '' : name])
  for (let at = 0; at < open.length; at++) {
    const [value, path] = open[at]!
    if (typeof value === 'string') refuseBroken(value, path)
    if (typeof value !== 'object' || value === null || value instanceof Date) continue
    const list = Array.isArray(value)
    for (const [key, item] of Object.entries(value)) {
      const inner = list ? `${path}[${key}]` : path ? `${path}.${key}` : key
      refuseBroken(key, path)
      open.push([item, inner])
    }
  }
}

function refuseBroken(text: string, field: string): void {
  if (isStorable(text)) return
  throw new DocketError('BAD_USER_INPUT', 'Text must not contain NUL characters or unpaired surrogates.', field || 'input')
}

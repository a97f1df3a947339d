import type { GraphqlAnswer } from './api-server.ts'
import type { Caller } from './rig.ts'
import { documentOf, mutations } from './schema-walk.ts'

/** Calls a mutation with these variables. */
export const callMutation = (caller: Caller, name: string, variables: object): Promise<GraphqlAnswer> => {
  const field = mutations.find((one) => one.name === name)!
  return caller.ask(documentOf('mutation', field, Object.keys(variables), BATCHES.has(name) ? 2 : 0), variables)
}

/** Their items may be refused one by one. */
const BATCHES = new Set(['createActions', 'sendMany'])

/** Why it was refused, as a whole or in its one item; undefined when it was not. */
export function codeOf({ data, errors }: GraphqlAnswer, name: string): string | undefined {
  return errors?.[0]?.extensions.code ?? (BATCHES.has(name) ? data[name][0].error?.code : undefined)
}

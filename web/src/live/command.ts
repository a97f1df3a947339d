import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { createMutation } from '@urql/solid'
import type { Failure } from './failure.ts'
import { toFailure } from './failure.ts'

/** How a command went: its data, or why not. */
type Outcome<Data> = { data: Data; failure?: undefined } | { data?: undefined; failure: Failure }

/** A mutation as a function that never throws, with `busy` for its button. */
export function createCommand<Data, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>) {
  const [state, execute] = createMutation<Data, Variables>(document)
  return {
    busy: () => state.fetching,
    async run(variables: Variables): Promise<Outcome<Data>> {
      const { data, error } = await execute(variables)
      if (data && !error) return { data }
      return { failure: error ? toFailure(error) : { code: 'INTERNAL', message: 'The server gave no answer.', field: undefined } }
    },
  }
}

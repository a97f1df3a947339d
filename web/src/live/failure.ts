import type { CombinedError } from '@urql/core'

/** Why something was refused, ready to be shown. */
export interface Failure {
  /** The server's code, or `UNREACHABLE` when no answer came. */
  code: string
  message: string
  /** Dotted path of the input at fault, such as `schedule.cronExpression`. */
  field: string | undefined
}

/** The first of an answer's errors; that is the one a person can act on. */
export function toFailure(error: CombinedError): Failure {
  const [first] = error.graphQLErrors
  if (!first) return { code: 'UNREACHABLE', message: 'Docket did not answer. Check that it is running, then try again.', field: undefined }
  const { code, field } = first.extensions ?? {}
  return {
    code: typeof code === 'string' ? code : 'INTERNAL',
    message: code === 'INTERNAL' ? 'Something went wrong on the server; its log says what.' : first.message,
    field: typeof field === 'string' ? field.replace(/^input\./, '') : undefined,
  }
}

export const isSignedOut = (error: CombinedError): boolean =>
  error.graphQLErrors.some((each) => each.extensions?.code === 'UNAUTHENTICATED')

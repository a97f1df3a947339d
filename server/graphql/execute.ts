import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql'
import type { Log } from '../log.ts'
import { presentError } from './errors.ts'
import { checkRows } from './rows.ts'

/** Whoever waits longer has given up, and no answer of ours takes that long. */
export const DEADLINE_MS = 10_000

/** Executes a query or mutation within the deadline; every error of the answer is fit to be shown. */
export async function executeWithin(args: ExecutionArgs, log: Log, deadlineMs = DEADLINE_MS): Promise<ExecutionResult> {
  const end = new AbortController()
  const timer = setTimeout(() => end.abort(), deadlineMs)
  try {
    checkRows(args.document, args.variableValues)
    const result = await execute({ ...args, abortSignal: end.signal })
    return presentResult(result, log)
  } catch (error) {
    return { errors: [end.signal.aborted ? tooLong(deadlineMs) : presentError(error, log)] }
  } finally {
    clearTimeout(timer)
  }
}

/** The result with its errors made fit to be shown. */
export function presentResult<T extends Pick<ExecutionResult, 'errors'>>(result: T, log: Log): T {
  return result.errors ? { ...result, errors: result.errors.map((error) => presentError(error, log)) } : result
}

const tooLong = (deadlineMs: number) =>
  new GraphQLError(`The operation took longer than ${deadlineMs / 1000} s and was given up; a mutation may still have happened.`, {
    extensions: { code: 'INTERNAL' },
  })

import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError } from 'graphql'
import type { Log } from '../log.ts'
import { noteRefusals } from './audit-refusals.ts'
import { createDeadline } from './deadline.ts'
import { presentError } from './errors.ts'
import { refusedReading } from './reading.ts'
import { checkRows } from './rows.ts'

/** Whoever waits longer has given up, and no answer of ours takes that long. */
const DEADLINE_MS = 10_000

/**
 * Executes a query or mutation within the deadline, which resolvers find in their context; every error of the answer is fit to be shown.
 * What they wait for on behalf of the caller does not count.
 */
export async function executeWithin(args: ExecutionArgs, log: Log, deadlineMs = DEADLINE_MS): Promise<ExecutionResult> {
  const deadline = createDeadline(deadlineMs)
  try {
    checkRows(args.document, args.variableValues)
    const refused = refusedReading(args)
    if (refused) {
      await noteRefusals(args, [refused], { whole: true })
      return { errors: [presentError(refused, log)] }
    }
    const contextValue = { ...(args.contextValue as object | undefined), deadline }
    const result = await execute({ ...args, contextValue, abortSignal: deadline.signal })
    if (result.errors) await noteRefusals(args, result.errors)
    return presentResult(result, log)
  } catch (error) {
    return { errors: [deadline.signal.aborted ? tooLong(deadlineMs) : presentError(error, log)] }
  } finally {
    deadline.end()
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

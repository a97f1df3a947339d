import { type Logger, pino } from 'pino'

export type Log = Logger

/** JSON lines on stdout, one per event; `level` as in LOG_LEVEL, `silent` in tests. */
export const createLog = (level: string): Log =>
  pino({ level, base: undefined, timestamp: () => `,"time":"${new Date().toISOString()}"`, serializers: { err: told } })

/** Only what helps: drivers hang whole connections on their errors, statements and settings included. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, code, cause } = error as Error & { code?: unknown }
  return { name, message, code, stack, ...(cause === undefined ? {} : { cause: told(cause) }) }
}

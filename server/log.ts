import { type Logger, pino } from 'pino'

export type Log = Logger

/** JSON lines on stdout, one per event; `level` as in LOG_LEVEL, `silent` in tests. */
export const createLog = (level: string): Log => pino({ level, base: undefined, timestamp: () => `,"time":"${new Date().toISOString()}"` })

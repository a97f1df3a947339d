import pg from 'pg'

/**
 * Whether it is certain that a transaction was not committed: PostgreSQL answered that it refused. After anything else, such as a lost
 * connection, nobody knows.
 */
export const isUndone = (error: unknown): boolean => error instanceof pg.DatabaseError && error.severity === 'ERROR'

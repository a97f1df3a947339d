/** Where the steps of a start tell what they do, in plain sentences. A pino logger fits. */
export type Progress = {
  info(line: string): void
  warn(line: string): void
}

/**
 * The start cannot go on, for a reason the operator can change.
 * The message is one or more whole sentences: what is wrong, who or what holds it, what to do. It is printed without a stack.
 */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}

/** The code of a system error (`ENOENT`) or an SQLSTATE (`57P03`), or undefined for any other value. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

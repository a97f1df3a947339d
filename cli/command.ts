/** One verb of the command line. */
export interface Command {
  /** One line for the list of commands. */
  summary: string
  help: string
  /** @throws UsageError for a wrong command line; an error with a `code` for a refusal */
  run(args: readonly string[]): Promise<void>
}

import { auditCommand } from './audit.ts'
import type { Command } from './command.ts'
import { rotateKeyCommand } from './rotate-key.ts'
import { simulateCommand } from './simulate.ts'
import { UsageError } from './usage.ts'
import { verifyReceiptCommand } from './verify-receipt.ts'

const COMMANDS: Readonly<Record<string, Command>> = {
  audit: auditCommand,
  'rotate-key': rotateKeyCommand,
  simulate: simulateCommand,
  'verify-receipt': verifyReceiptCommand,
}

const NAME_WIDTH = Math.max(...Object.keys(COMMANDS).map((name) => name.length)) + 2

const HELP = `Usage: docket <command> [options]

Commands:
${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(NAME_WIDTH)}${summary}`)
  .join('\n')}

docket <command> --help explains its options.
Exit codes: 0 done, 1 refused, 2 wrong usage.
`

/** Runs one command line. Gives the exit code: 0 done, 1 refused, 2 wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(HELP)
    return 0
  }
  if (name === undefined) {
    process.stderr.write(HELP)
    return 2
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    process.stderr.write(`docket: there is no command "${name}"; there is ${Object.keys(COMMANDS).join(', ')}. See docket --help.\n`)
    return 2
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(command.help)
    return 0
  }
  try {
    await command.run(rest)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`docket ${name}: ${error.message} See docket ${name} --help.\n`)
      return 2
    }
    if (!isRefusal(error)) throw error
    process.stderr.write(`docket ${name}: ${error.field ? `${error.field}: ` : ''}${error.message} (${error.code})\n`)
    return 1
  }
}

/** An expected refusal, by the server or by the rules: it is safe to show and says what would be right. */
const isRefusal = (error: unknown): error is Error & { code: string; field: string | undefined } =>
  error instanceof Error && (error.name === 'DocketError' || error.name === 'DocketApiError')

/** As a program: with the arguments and the exit code of this process. */
export async function start(): Promise<void> {
  // A reader that has seen enough, such as head, is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await main(process.argv.slice(2))
}

if (import.meta.main) await start()

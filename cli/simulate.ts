import { readFileSync } from 'node:fs'
import { readActions } from '../server/simulate/read-actions.ts'
import { readTarget } from '../server/simulate/read-target.ts'
import { simulate } from '../server/simulate/simulate.ts'
import { DEFAULT_TARGET } from '../server/simulate/target.ts'
import type { Command } from './command.ts'
import { jsonReport, textReport } from './report.ts'
import { readSettings } from './settings.ts'
import { readInstant, readNumber, readOptions, UsageError } from './usage.ts'

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  file: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  seed: { type: 'string' },
  duration: { type: 'string' },
  'failure-rate': { type: 'string' },
  down: { type: 'string', multiple: true },
  first: { type: 'string' },
  timeline: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const

const HELP = `Usage: docket simulate --from <time> --to <time> [options]

Plays through what the scheduler would do between two times, by its own rules, on a clock of its own. Sends nothing.

  --from <time>          first nominal time, such as 2026-01-01T00:00:00Z or 2026-01-01
  --to <time>            nominal times before this one
  --file <path>          actions as JSON, see docs/simulate.md; without it, the recurring actions of the server
  --url <address>        the server; default DOCKET_URL, else http://127.0.0.1:4600
  --token <token>        its API token; default DOCKET_TOKEN
  --seed <number>        decides failures, durations and jitter; default 1
  --duration <time>      how long the targets take: 200ms (default), 1.5s, or a range such as 100ms..2s
  --failure-rate <part>  part of the attempts that are answered with 503, from 0 (default) to 1
  --down <from>..<to>    Docket is down, as if killed; may be given several times
  --first <number>       entries of the timeline to show; default 20
  --timeline             print the whole timeline as JSON lines, and nothing else
  --json                 print the answer as JSON

The digest is the SHA-256 of the lines of --timeline: the same actions, times, options and seed give the same digest.
Exit codes: 0 done, 1 refused, 2 wrong usage.
`

/** Longer than any plan, shorter than what would never end. */
const YEARS_MOST = 10
const SEED_MOST = 2 ** 32 - 1

export const simulateCommand: Command = { summary: 'play schedules through on a virtual clock, sending nothing', help: HELP, run }

async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args, OPTIONS)
  if (options.from === undefined || options.to === undefined) throw new UsageError('--from and --to say which times to play through.')
  if (options.timeline && options.json) throw new UsageError('--timeline and --json are two answers; choose one.')
  if (options.file !== undefined && (options.url !== undefined || options.token !== undefined)) {
    throw new UsageError('The actions come from --file or from the server (--url, --token), not from both.')
  }
  const from = readInstant(options.from, '--from')
  const to = readInstant(options.to, '--to')
  if (to <= from) throw new UsageError('--to must be later than --from.')
  if (to - from > YEARS_MOST * 366 * 86_400_000) throw new UsageError(`--to must be at most ${YEARS_MOST} years after --from.`)
  const given = {
    from,
    to,
    seed: options.seed === undefined ? 1 : readNumber(options.seed, '--seed', 0, SEED_MOST),
    target: { ...DEFAULT_TARGET, ...readTargetOptions(options.duration, options['failure-rate']) },
    downtimes: (options.down ?? []).map((text) => readDown(text, from, to)),
    ...(options.first === undefined ? {} : { first: readNumber(options.first, '--first', 0, 1_000_000) }),
  }
  const input = options.file === undefined ? await readServer(options) : readJson(options.file)
  const actions = readActions(input, from)
  const onLines = options.timeline ? (lines: string) => void process.stdout.write(lines) : undefined
  const simulation = simulate({ ...given, actions, ...(onLines ? { onLines } : {}) })
  if (!options.timeline) process.stdout.write(options.json ? jsonReport(simulation, given) : textReport(simulation, given))
}

function readTargetOptions(duration: string | undefined, rate: string | undefined) {
  const failureRate = rate === undefined ? undefined : readNumber(rate, '--failure-rate', 0, 1, false)
  try {
    return readTarget({ duration, failureRate })
  } catch (error) {
    throw new UsageError(`--${(error as Error).message}`)
  }
}

function readDown(text: string, from: number, to: number) {
  const [begin, end, more] = text.split('..')
  if (begin === undefined || end === undefined || more !== undefined) {
    throw new UsageError(`--down must be <from>..<to>, such as 2026-01-01T00:00:00Z..2026-01-02T00:00:00Z, not "${text}".`)
  }
  const down = { from: readInstant(begin, '--down'), to: readInstant(end, '--down') }
  if (down.to <= down.from) throw new UsageError('--down must end later than it begins.')
  if (down.from < from || down.to > to) throw new UsageError('--down must lie between --from and --to.')
  return down
}

/** Loaded only when it is needed: a simulation of a file starts without the client. */
async function readServer(options: { url?: string | undefined; token?: string | undefined }): Promise<unknown> {
  const { fetchActions } = await import('./server-actions.ts')
  return fetchActions(readSettings(options))
}

/** @throws UsageError when there is no such file, or no JSON in it */
function readJson(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--file must name a file that can be read; ${(error as Error).message}.`)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--file must hold JSON; ${path} does not: ${(error as Error).message}.`)
  }
}

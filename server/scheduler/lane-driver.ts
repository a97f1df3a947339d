import type { DbClock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Database } from '../store/database.ts'
import type { Running } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'
import { createBreakers } from './breakers.ts'
import { createLanes } from './lanes.ts'
import { type Loop, startLoop } from './loop.ts'
import type { LaneRoom } from './runner.ts'

/** What limits and circuits take: the turns of what waits in lanes, and watching how attempts end. */
export interface LaneDriver {
  start(): void
  /** Something may have its turn: it came into a lane, or a run that counted has ended. */
  wake(): void
  /** Anything may have changed, a limit among it. */
  look(): void
  /** An attempt has ended. */
  saw(run: Running, outcome: Outcome): void
  /** These runs were not sent after all. */
  unsent(runs: readonly Running[]): void
  /** Lets nothing more start; resolves when the present round has ended. */
  halt(): Promise<void>
  /** Writes down what was seen until now. Never rejects. */
  stop(): Promise<void>
}

export interface LaneDriverOptions {
  db: Database
  clock: DbClock
  log: Log
  owner: string
  places: LaneRoom
}

/** Wake-ups start rounds no closer together. */
const LEAST_MS = 5

export function createLaneDriver({ db, clock, log, owner, places }: LaneDriverOptions): LaneDriver {
  const { engine: pool, signal } = db
  let turns: Loop | undefined
  let judging: Loop | undefined
  const breakers = createBreakers({
    pool,
    clock,
    log,
    wake: () => judging?.wake(),
    onChange() {
      signal.emit('events')
      // Also for the other servers: what waited may start, or a probe has its time.
      signal.emit('due')
    },
  })
  const lanes = createLanes({
    db,
    owner,
    places,
    onRefused: () => signal.emit('events'),
    onMarked(runs, probes) {
      const marked = new Set(runs.map(({ id }) => id))
      breakers.probe(probes.filter(({ invocationId }) => marked.has(invocationId)))
      if (runs.length > 0) signal.emit('events')
    },
  })

  return {
    start() {
      turns = startLoop({ name: 'letting runs start that wait in lanes', log, round: () => lanes.round(), leastMs: LEAST_MS })
      judging = startLoop({ name: 'judging circuits', log, round: () => breakers.round(), leastMs: LEAST_MS })
    },
    wake: () => turns?.wake(),
    // It is said of every run that is asked for; what comes into a lane says so itself.
    look() {
      if (lanes.used) turns?.wake()
    },
    saw: (run, outcome) => breakers.saw(run, outcome),
    unsent: (runs) => breakers.unsent(runs),
    async halt() {
      await turns?.stop()
    },
    async stop() {
      await judging?.stop()
      await breakers
        .round()
        .catch((error) => log.warn({ err: error }, 'could not write down how a circuit stands; the next attempts will tell'))
    },
  }
}

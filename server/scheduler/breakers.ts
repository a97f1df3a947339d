import type pg from 'pg'
import type { DbClock } from '../clock.ts'
import { type Attempts, countAttempt, DEFAULT_BREAKER, healthOf, opens, type Tally, tally } from '../domain/breaker.ts'
import type { Log } from '../log.ts'
import { judgeProbe, openBreaker, type ProbeVerdict } from '../store/breaker-transitions.ts'
import { readBreakers, type StoredBreaker } from '../store/breakers.ts'
import type { Running } from '../store/mark-running.ts'
import type { Outcome } from '../store/settle.ts'

/** The circuits of services, as far as this server sees attempts end. Each server counts its own. */
export interface Breakers {
  /** An attempt has ended. */
  saw(run: Running, outcome: Outcome): void
  /** These runs are sent as probes. */
  probe(probes: readonly { invocationId: string }[]): void
  /** These runs were not sent after all. */
  unsent(runs: readonly Running[]): void
  /** Writes down what was seen. Gives how many ms to rest, unless something happens before. */
  round(): Promise<number>
}

export interface BreakersOptions {
  pool: pg.Pool
  clock: DbClock
  log: Log
  /** Something is to be written down: a round should begin. */
  wake(): void
  /** A circuit has changed, and with it what may start. */
  onChange(): void
}

/** What is known of one service. */
interface Seen {
  attempts: Attempts
  /** Its circuit as it was read last. Attempts that began before it changed say nothing about now. */
  circuit: StoredBreaker | undefined
  /** When it was read, epoch ms. */
  readAt: number
}

/** Services that were not called for a while are forgotten this often. */
const TIDY_EVERY_MS = 60_000
/** What was read is believed for this long, as far as it says that nothing is to be done: else every failed attempt would cost a read. */
const BELIEVED_MS = 1_000

export function createBreakers({ pool, clock, log, wake, onChange }: BreakersOptions): Breakers {
  const services = new Map<string, Seen>()
  /** Those of which an attempt failed since they were judged last. */
  const failing = new Set<string>()
  const probes = new Set<string>()
  const verdicts: ProbeVerdict[] = []

  function seenOf(serviceId: string): Seen {
    let seen = services.get(serviceId)
    if (!seen) {
      seen = { attempts: [], circuit: undefined, readAt: Number.NEGATIVE_INFINITY }
      services.set(serviceId, seen)
    }
    return seen
  }

  /** What opens the circuit; undefined while nothing does. */
  function tooMany({ attempts }: Seen, circuit: StoredBreaker, now: number): Tally | undefined {
    if (circuit.state !== 'CLOSED') return undefined
    const counted = tally(attempts, { now, since: circuit.changedAt, windowSeconds: circuit.windowSeconds })
    return opens(circuit, counted) ? counted : undefined
  }

  function verdict({ id, serviceId }: Running, health: ProbeVerdict['health'], because: string) {
    verdicts.push({ serviceId: serviceId!, probeId: id, health, because })
    wake()
  }

  async function judge() {
    while (verdicts.length > 0) {
      if (await judgeProbe(pool, verdicts[0]!)) onChange()
      verdicts.shift()
    }
  }

  async function openThose(ids: readonly string[]) {
    const now = clock.now()
    for (const circuit of (await readBreakers(pool, ids)).values()) {
      const seen = seenOf(circuit.serviceId)
      seen.circuit = circuit
      seen.readAt = now
      const counted = tooMany(seen, circuit, now)
      if (!counted) continue
      const opened = await openBreaker(pool, circuit, counted)
      seen.circuit = { ...circuit, state: 'OPEN' }
      if (!opened) continue
      log.warn({ service: circuit.serviceId, ...counted }, 'circuit opened: too many attempts failed')
      onChange()
    }
  }

  function tidy() {
    const now = clock.now()
    for (const [id, { attempts, circuit }] of services) {
      const last = attempts.at(-1)
      if (!last || last.at * 1000 < now - windowOf(circuit) * 1000) services.delete(id)
    }
  }

  return {
    saw(run, outcome) {
      const { serviceId } = run
      if (serviceId === null) return
      const health = run.elsewhere ? null : healthOf(outcome)
      if (probes.delete(run.id)) return verdict(run, health ?? 'UNKNOWN', String(outcome.errorCode ?? outcome.responseCode))
      if (health === null) return
      const seen = seenOf(serviceId)
      const { circuit } = seen
      const now = clock.now()
      const believed = now - seen.readAt < BELIEVED_MS
      // What ends while it is open began before; all that matters is to hear of its closing.
      if (circuit && circuit.state !== 'CLOSED') {
        if (believed) return
      } else {
        if (circuit && outcome.startedAt < circuit.changedAt) return
        countAttempt(seen.attempts, outcome.finishedAt, health === 'DOWN', windowOf(circuit))
        if (health === 'UP' || (circuit && believed && !tooMany(seen, circuit, now))) return
      }
      failing.add(serviceId)
      wake()
    },
    probe(sent) {
      for (const { invocationId } of sent) probes.add(invocationId)
    },
    unsent(runs) {
      for (const run of runs) if (probes.delete(run.id)) verdict(run, 'UNKNOWN', 'it was not sent')
    },
    async round() {
      await judge()
      if (failing.size === 0) tidy()
      else {
        const ids = [...failing]
        failing.clear()
        await openThose(ids).catch((error) => {
          for (const id of ids) failing.add(id)
          throw error
        })
      }
      return TIDY_EVERY_MS
    },
  }
}

const windowOf = (circuit: StoredBreaker | undefined) => circuit?.windowSeconds ?? DEFAULT_BREAKER.windowSeconds

import { monotonic } from '../clock.ts'
import { splitUrl } from '../delivery/request.ts'
import { publicId } from '../domain/ids.ts'
import { allot, freeOfAll, type Lane, parseLane, subjectsOf } from '../domain/lane.ts'
import { type Bucket, refill } from '../domain/limit.ts'
import { type AuditAuthor, type AuditNote, auditedOn } from '../store/audited.ts'
import { serviceText } from '../store/breaker-transitions.ts'
import type { Database, Sql } from '../store/database.ts'
import { type LaneRun, moveLaneRuns, readLaneRuns, readProbeRuns } from '../store/lane-runs.ts'
import { holdSubjects, readSubjects, type StoredSubject } from '../store/lane-subjects.ts'
import type { Marked, Running } from '../store/mark-running.ts'
import { passGuard } from '../store/pass-guard.ts'
import { readLanes, type WaitingLane } from '../store/read-lanes.ts'
import { type Probe, takeLimited } from '../store/take-limited.ts'
import type { LaneRoom } from './runner.ts'

export interface LanesOptions {
  db: Database
  owner: string
  places: LaneRoom
  /** These runs are about to be sent; some of them may be probes. */
  onMarked(runs: readonly Running[], probes: readonly Probe[]): void
  /** Runs were ended, or put back to those who approve. */
  onRefused(): void
}

/** Without a wake-up: another server may have put runs into lanes, or ended one that counted. */
const LOOK_EVERY_MS = 250
/** Lanes that are looked at in one round. With more, the next round goes on where this one ended. */
const LANES_READ = 1_000
/** Lanes that one transaction lets runs start from: it holds what they share. */
const LANES_TAKEN = 100
/** Runs of a lane that nothing holds back any more, moved out in one statement. */
const RUNS_MOVED = 500
/** A rate of many per second starts several runs in one statement rather than one in each. */
const TOGETHER_MS = 20

/** A lane with a run that is due. */
interface DueLane extends Lane {
  lane: string
  runAt: number
  subjects: string[]
}

/** Lets runs start which wait in lanes for their turn: under a limit, or until a circuit closes. */
export interface Lanes {
  /** Gives how many ms to rest, unless something happens before. However many servers do so at once, no limit is exceeded. */
  round(): Promise<number>
  /** Something waited in a lane when it was looked at last. */
  readonly used: boolean
}

export function createLanes({ db, owner, places, onMarked, onRefused }: LanesOptions): Lanes {
  const pool = db.engine
  let after = ''
  let used = false

  async function round() {
    const began = monotonic()
    const { now, lanes, next } = await readLanes(pool, after, LANES_READ)
    used = lanes.length > 0 || after !== ''
    after = next
    const due = lanes.filter(({ runAt }) => runAt <= now)
    let comes = Math.min(...lanes.map(({ runAt }) => (runAt > now ? runAt : Number.POSITIVE_INFINITY)))
    let rest = after === '' ? LOOK_EVERY_MS : 0
    if (due.length > 0) {
      const { open, fullUntil } = await openOnes(due.map(toDue))
      comes = Math.min(comes, Math.max(fullUntil, now + TOGETHER_MS))
      for (let at = 0; at < open.length; at += LANES_TAKEN) rest = Math.min(rest, await take(open.slice(at, at + LANES_TAKEN)))
    }
    return Math.max(0, Math.min(rest, Math.ceil(comes - now - (monotonic() - began))))
  }

  /** The lanes with room, the longest waiting first, and when one of the others has some at the earliest. Others may be at work on them. */
  async function openOnes(due: readonly DueLane[]) {
    const { now, subjects } = await readSubjects(pool, due)
    const open: DueLane[] = []
    let fullUntil = Number.POSITIVE_INFINITY
    for (const lane of due) {
      const { free, full } = freeOfAll(lane.subjects, subjects, now)
      if (free > 0) open.push(lane)
      else fullUntil = Math.min(fullUntil, full?.until ?? Number.POSITIVE_INFINITY)
    }
    return { open: open.sort((a, b) => a.runAt - b.runAt), fullUntil }
  }

  /** Lets runs of these lanes start. Gives how many ms to rest before there may be more to do. */
  async function take(open: readonly DueLane[]): Promise<number> {
    let booked: Booked | undefined
    let taken: Turn | undefined
    let runs: readonly Running[] = []
    try {
      taken = await auditedOn(db, pool, async (sql, note) => {
        const turn = await readTurn(sql, open, note)
        if (!turn || turn.rows.length === 0) return turn
        booked = places.book(turn.rows.length)
        return { ...turn, marked: await takeLimited(sql, { owner, ...turn }) }
      })
      if (taken && taken.refused > 0) onRefused()
      if (taken?.marked) {
        runs = taken.marked.rows
        onMarked(runs, taken.probes)
      }
    } finally {
      booked?.end(runs)
    }
    if (!taken) return LOOK_EVERY_MS
    return taken.moved || taken.refused > 0 ? 0 : runs.length > 0 ? TOGETHER_MS : LOOK_EVERY_MS
  }

  /** The runs whose turn it is, and what their starts cost. Undefined when all of it is held by someone else, who is at work on it. */
  async function readTurn(sql: Sql, open: readonly DueLane[], note: Note): Promise<Turn | undefined> {
    const held = await holdSubjects(sql, [...new Set(open.flatMap((lane) => lane.subjects))])
    const mine = open.filter((lane) => lane.subjects.every((name) => held.has(name)))
    if (mine.length === 0) return undefined
    const { now, subjects } = await readSubjects(sql, mine)
    const room = places.room()
    const asked = mine.flatMap(({ lane, subjects: names }) => {
      const { free } = freeOfAll(names, subjects, now)
      const most = free === Number.POSITIVE_INFINITY ? RUNS_MOVED : Math.min(free, room.total)
      return most > 0 ? [{ lane, room: most }] : []
    })
    // For a service whose circuit is not closed only the choice of its probe is left.
    const probing = new Set(mine.flatMap(({ lane, serviceId }) => (isShut(subjects, serviceId) ? [lane] : [])))
    const found = await readLaneRuns(
      sql,
      asked.filter(({ lane }) => !probing.has(lane)),
      room.saturated,
    )
    const probes = asked.flatMap(({ lane }) => (probing.has(lane) ? [lane] : []))
    if (probes.length > 0) found.push(...(await readProbeRuns(sql, probes, room.saturated)))
    const strays = found.filter(({ lane, belongs }) => belongs !== lane)
    if (strays.length > 0) await moveLaneRuns(sql, strays)
    const namesOf = new Map(mine.map(({ lane, subjects: names }) => [lane, names]))
    const candidates = found.flatMap((run) =>
      run.belongs === run.lane ? [{ ...run, subjects: namesOf.get(run.lane)!, origin: splitUrl(run.target).origin }] : [],
    )
    const chosen = allot(candidates, subjects, room, now)
    const guarded = chosen.flatMap((run) => (run.guarded ? [run.id] : []))
    const { judged, refused } = await passGuard(sql, db, guarded, note)
    const rows = chosen.filter((run) => !run.guarded || judged.has(run.id))
    return { rows, judged, refused, moved: strays.length > 0, buckets: bucketsOf(rows, subjects, now), probes: probesOf(rows, subjects) }
  }

  return {
    round,
    get used() {
      return used
    },
  }
}

type Booked = ReturnType<LaneRoom['book']>
type Chosen = LaneRun & { subjects: readonly string[] }

type Note = (author: AuditAuthor, note: AuditNote) => void

interface Turn {
  rows: readonly Chosen[]
  judged: ReadonlyMap<string, number>
  /** How many runs may not be sent, and were told so. */
  refused: number
  buckets: (Bucket & { limitId: string })[]
  probes: Probe[]
  /** Some runs were put where they belong. */
  moved: boolean
  marked?: Marked
}

const toDue = ({ lane, runAt }: WaitingLane): DueLane => {
  const parts = parseLane(lane)
  return { ...parts, lane, runAt, subjects: subjectsOf(parts) }
}

const isShut = (subjects: ReadonlyMap<string, StoredSubject>, serviceId: string | null) =>
  serviceId !== null && (subjects.get(serviceId)?.breaker?.state ?? 'CLOSED') !== 'CLOSED'

/** What is left of the rate limits after these runs. */
function bucketsOf(rows: readonly Chosen[], subjects: ReadonlyMap<string, StoredSubject>, now: number): Turn['buckets'] {
  const starts = new Map<string, number>()
  for (const name of rows.flatMap((row) => row.subjects)) starts.set(name, (starts.get(name) ?? 0) + 1)
  return Array.from(starts).flatMap(([name, count]) => {
    const { limit, limitId, bucket } = subjects.get(name)!
    if (limitId === null || limit?.rateLimit == null || !limit.ratePeriod) return []
    const { tokens, at } = refill(limit.rateLimit, limit.ratePeriod, bucket, now)
    return [{ limitId, tokens: tokens - count, at }]
  })
}

/** While a circuit is not closed, the one run that its service is given is a probe. */
function probesOf(rows: readonly Chosen[], subjects: ReadonlyMap<string, StoredSubject>): Probe[] {
  return rows.flatMap(({ id, lane }) => {
    const { serviceId } = parseLane(lane)
    const service = serviceId === null ? undefined : subjects.get(serviceId)
    const from = service?.breaker?.state ?? 'CLOSED'
    if (serviceId === null || !service || from === 'CLOSED') return []
    const note = `${serviceText({ id: serviceId, name: service.name })}: sending ${publicId('invocation', id)} as a probe.`
    return [{ invocationId: id, serviceId, from, note }]
  })
}
